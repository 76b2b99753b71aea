//! Workloads that the user declares, by flags or in the configuration.

use super::aws_services;
use crate::network::{self, LOOPBACK, Need, NeedTarget};
use crate::rules::nearest;
use crate::snapshot::Location;

/// The word for all public addresses.
pub(super) const INTERNET: &str = "internet";

/// Reads a need: `internet`, `s3`, `tcp://10.1.2.3:5432`, `https://api.example.com`, or an endpoint's whole name.
///
/// # Errors
/// What is wrong with it, and what may have been meant.
pub(super) fn need(text: &str, place: Location) -> Result<Need, Wrong> {
    let short = aws_services::short_name(text);
    let need = network::declared(short, place).map_err(|reason| Wrong { reason, nearest: None })?;
    let stays = match &need.target {
        NeedTarget::Addresses(addresses, _) => LOOPBACK.contains(addresses),
        NeedTarget::Host(host) => host.eq_ignore_ascii_case("localhost"),
        _ => false,
    };
    if stays {
        return Err(Wrong { reason: stays_in_the_task(text), nearest: None });
    }
    if let NeedTarget::Service(service) = &need.target
        && !aws_services::is_known(service)
    {
        if short == text {
            return Err(Wrong {
                reason: format!(
                    "`{text}` is neither `internet`, nor an AWS service, nor an address such as `tcp://10.1.2.3:5432`"
                ),
                nearest: nearest(service, std::iter::once(INTERNET)).or_else(|| aws_services::nearest(service)),
            });
        }
        if let Some(near) = misspelt(service) {
            return Err(Wrong { reason: format!("AWS has no service `{service}`"), nearest: Some(near) });
        }
    }
    Ok(need)
}

/// The service that is meant by one which fargcheck doesn't know, of an endpoint's whole name: it may be a new one, unless it is
/// very near to one that there is. Short names are near to each other.
pub(super) fn misspelt(service: &str) -> Option<&'static str> {
    const SHORT: usize = 5;
    const SLIPS: usize = 2;
    let is_slip = |near: &&str| strsim::damerau_levenshtein(service, near) <= SLIPS;
    let may_be_told = service.len() > SHORT && !aws_services::is_known(service);
    aws_services::nearest(service).filter(|near| may_be_told && is_slip(near))
}

/// That packets to a loopback address meet nothing of the network.
pub(super) fn stays_in_the_task(text: &str) -> String {
    format!("`{text}` is the task itself: packets to a loopback address never leave it")
}

/// A need that can't be read.
pub(super) struct Wrong {
    /// What is wrong with it.
    pub(super) reason: String,
    /// What may have been meant.
    pub(super) nearest: Option<&'static str>,
}

impl Wrong {
    /// What to do about it.
    pub(super) fn help(&self) -> String {
        match self.nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "write `internet`, the name of an AWS service's endpoint (`s3`, `ecr.api`, `logs`), or an address: `tcp://10.1.2.3:5432`, `https://api.example.com`. \
                     A service that fargcheck doesn't know goes by its endpoint's whole name: `com.amazonaws.us-east-1.…`"
                .to_owned(),
        }
    }
}
