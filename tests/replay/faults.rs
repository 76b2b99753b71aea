//! What goes wrong on the way, the same on every run.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// What the server does instead of answering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// RequestLimitExceeded (EC2, 503), Throttling (query, 400), ThrottlingException (JSON, 400).
    Throttle,
    /// AWS's own InternalError.
    Internal,
    /// The connection closes without an answer.
    Reset,
    /// The connection stays open and silent.
    Hang,
    /// AWS's "you may not" in the service's own words.
    Denied,
    /// An AWS error of this status, code and message.
    Error(u16, String, String),
    /// These bytes with this status and content type.
    Body(u16, &'static str, String),
    /// The right answer, cut in half, with a content length that fits.
    Cut,
}

/// Which requests meet which fault, and how often.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// `DescribeSubnets`, or empty for all.
    pub(crate) action: String,
    /// Only requests whose body contains this.
    pub(crate) about: String,
    pub(crate) fault: Fault,
    /// The first so many tries of each request; all of them if `None`.
    pub(crate) tries: Option<u32>,
}

/// Faults at random, by a seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Random {
    pub(crate) seed: u64,
    /// How many of a hundred tries fail.
    pub(crate) percent: u64,
    /// So many tries of one request may fail one after the other, no more.
    pub(crate) in_a_row: u32,
}

impl Random {
    /// What befalls the try, counted from 0, of a request that has failed so many times in a row.
    pub(crate) fn fault(self, request: &str, attempt: u32, failed: u32) -> Option<Fault> {
        let mut hash = DefaultHasher::new();
        (self.seed, request, attempt).hash(&mut hash);
        let dice = hash.finish();
        let kinds = [Fault::Throttle, Fault::Throttle, Fault::Internal, Fault::Internal, Fault::Reset, Fault::Hang];
        (dice % 100 < self.percent && failed < self.in_a_row)
            .then(|| kinds[(dice / 100) as usize % kinds.len()].clone())
    }
}

/// How long the server holds a connection that hangs: longer than any time limit of a test.
pub(crate) const SILENCE: Duration = Duration::from_secs(2);

/// An AWS error as the service writes it.
pub(crate) fn aws_error(service: &str, status: u16, code: &str, message: &str) -> (u16, &'static str, String) {
    let xml = "text/xml;charset=UTF-8";
    match service {
        "ec2" => {
            let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
            (status, xml, format!("<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>"))
        }
        "ecs" | "ecr" => {
            let body = serde_json::json!({"__type": code, "message": message}).to_string();
            (status, "application/x-amz-json-1.1", body)
        }
        _ => {
            let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
            (status, xml, format!("<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>"))
        }
    }
}

/// The answer that stands for a fault, as status, content type and body.
pub(crate) fn answer(fault: &Fault, service: &str, right: &str) -> (u16, &'static str, String) {
    match fault {
        Fault::Throttle => match service {
            "ec2" => aws_error(service, 503, "RequestLimitExceeded", "Request limit exceeded."),
            "ecs" | "ecr" => aws_error(service, 400, "ThrottlingException", "Rate exceeded"),
            _ => aws_error(service, 400, "Throttling", "Rate exceeded"),
        },
        Fault::Denied => match service {
            "ec2" => {
                aws_error(service, 403, "UnauthorizedOperation", "You are not authorized to perform this operation.")
            }
            "ecs" | "ecr" => aws_error(service, 400, "AccessDeniedException", "User is not authorized"),
            _ => aws_error(service, 403, "AccessDenied", "User is not authorized"),
        },
        Fault::Error(status, code, message) => aws_error(service, *status, code, message),
        Fault::Body(status, kind, body) => (*status, kind, body.clone()),
        Fault::Cut => {
            let half = (0..=right.len() / 2).rev().find(|at| right.is_char_boundary(*at)).unwrap_or(0);
            (200, "text/xml", right[..half].to_owned())
        }
        Fault::Internal | Fault::Reset | Fault::Hang => {
            aws_error(service, 500, "InternalError", "An internal error has occurred")
        }
    }
}
