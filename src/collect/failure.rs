//! Why one call gave nothing, in a few words that are the same on every run.

use std::error::Error;

use aws_sdk_ec2::config::http::HttpResponse;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};

use super::calls::Call;

/// AWS's codes for "you may not" (EC2 *Error codes*, ECS and ECR *Common errors*, Elastic Load Balancing).
const DENIED: [&str; 6] =
    ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthFailure", "OptInRequired", "NotAuthorized"];

/// Codes for "there is no such call here": an older region, a partition without the feature, a test server.
const UNSUPPORTED: [&str; 6] = [
    "InvalidAction",
    "UnknownOperationException",
    "UnsupportedOperation",
    "UnsupportedOperationException",
    "NotImplemented",
    "UnsupportedCommandException",
];

/// Codes for credentials that were good once. They come with HTTP 400 or 403, but no permission is missing.
pub(crate) const EXPIRED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

/// Codes for credentials that were never good.
pub(crate) const INVALID: [&str; 6] = [
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "IncompleteSignature",
    "MissingAuthenticationToken",
];

/// Why a call is in `notCollected`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The caller lacks the permission.
    Denied(String),
    /// The endpoint doesn't know the call.
    Unsupported(String),
    /// Something answered, but not AWS.
    NotAws(String),
    /// AWS or the network failed, and went on failing.
    Failed(String),
    /// The call would have needed the answer of another.
    Needs(Call),
}

impl Failure {
    /// Sorts an error of the SDK into its kind.
    pub(crate) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let status = error.raw_response().map(|response| response.status().as_u16());
        match error {
            SdkError::ServiceError(_) => match (error.code(), status.unwrap_or_default()) {
                (Some(code), _) if DENIED.contains(&code) => Self::Denied(code.to_owned()),
                (Some(code), _) if UNSUPPORTED.contains(&code) => Self::Unsupported(code.to_owned()),
                (Some(code), 403) if !EXPIRED.contains(&code) && !INVALID.contains(&code) => {
                    Self::Denied(code.to_owned())
                }
                (Some(code), status) => Self::Failed(format!("{code}, HTTP {status}")),
                (None, status) => Self::NotAws(format!("HTTP {status} without AWS's answer in it")),
            },
            SdkError::ResponseError(_) => match error.source() {
                Some(source) if status.is_some_and(|status| status < 300) => Self::NotAws(innermost(source)),
                _ => Self::Failed("the answer broke off".to_owned()),
            },
            SdkError::TimeoutError(_) => Self::Failed("timed out".to_owned()),
            SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
                Some(error) if error.is_timeout() => Self::Failed("timed out".to_owned()),
                Some(error) if error.is_io() => Self::Failed("the connection failed".to_owned()),
                _ => Self::Failed("the request could not be sent".to_owned()),
            },
            _ => Self::Failed("the request could not be made".to_owned()),
        }
    }

    /// The right kind of answer, but what was asked for is not in it.
    pub(crate) fn without_content() -> Self {
        Self::NotAws("HTTP 200 without what was asked for".to_owned())
    }

    /// The `reason` of a snapshot's `notCollected`.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Denied(code) => format!("denied ({code})"),
            Self::Unsupported(code) => format!("not supported here ({code})"),
            Self::NotAws(what) => format!("not an answer of AWS ({what})"),
            Self::Failed(what) => format!("failed ({what})"),
            Self::Needs(call) => format!("not asked: needs {}", call.action()),
        }
    }
}

/// The last error of a chain: the one that says what happened.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
