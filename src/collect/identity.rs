//! Who is calling: sts GetCallerIdentity, and what its failure says about everything else.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ec2::config::http::HttpResponse;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;

use super::calls::Call;
use super::failure::{EXPIRED, Failure, INVALID, innermost};
use super::session::{Event, Session};
use super::{CollectError, Options};
use crate::snapshot::{Arn, partition_of};

/// Whose network it is. The account is unknown where GetCallerIdentity is denied.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) account: Option<String>,
    pub(crate) partition: String,
}

/// Asks who is calling. A denial is recorded and nothing more: the calls that matter may work.
pub(crate) async fn ask(s: &Session, options: &Options, region: &str) -> Result<Identity, CollectError> {
    let call = Call::GetCallerIdentity;
    s.tell(Event::Planned(1));
    let answer = s.request(s.clients.sts.get_caller_identity().send()).await;
    s.tell(Event::Finished(call, usize::from(answer.is_ok())));
    match answer {
        Ok(answer) => {
            let partition = answer.arn().and_then(Arn::parse).map(|arn| arn.partition.to_owned());
            let account = answer.account.ok_or_else(|| CollectError::NotAws {
                region: region.to_owned(),
                detail: "GetCallerIdentity names no account".to_owned(),
            })?;
            Ok(Identity {
                account: Some(account),
                partition: partition.unwrap_or_else(|| partition_of(region).to_owned()),
            })
        }
        Err(error) => match Failure::of(&error) {
            failure @ (Failure::Denied(_) | Failure::Unsupported(_)) => {
                s.miss(call, None, &failure);
                Ok(Identity { account: None, partition: partition_of(region).to_owned() })
            }
            failure => Err(explain(&error, failure, options, region)),
        },
    }
}

/// The failure of the first call in the words of what the user can do about it.
fn explain(
    error: &SdkError<GetCallerIdentityError, HttpResponse>,
    failure: Failure,
    options: &Options,
    region: &str,
) -> CollectError {
    let region = region.to_owned();
    if let Some(role) = &options.role_arn
        && let Some(refused) = cause::<SdkError<AssumeRoleError, HttpResponse>>(error)
    {
        return match Failure::of(refused) {
            _ if refused.code().is_some() => {
                CollectError::RoleNotAssumed { role: role.clone(), detail: code_and_message(refused) }
            }
            Failure::NotAws(detail) => CollectError::NotAws { region, detail },
            Failure::Failed(detail) if io(refused) => CollectError::CannotReach { region, detail },
            _ => no_request(refused, options),
        };
    }
    match error {
        SdkError::ServiceError(_) => match error.code() {
            Some(code) if EXPIRED.contains(&code) => {
                CollectError::ExpiredCredentials { detail: code_and_message(error) }
            }
            Some(code) if INVALID.contains(&code) => {
                CollectError::InvalidCredentials { detail: code_and_message(error) }
            }
            Some(_) => CollectError::Identity { detail: code_and_message(error) },
            None => CollectError::NotAws { region, detail: detail(failure) },
        },
        SdkError::ResponseError(_) => match failure {
            Failure::NotAws(detail) => CollectError::NotAws { region, detail },
            _ => CollectError::CannotReach { region, detail: innermost(error) },
        },
        SdkError::TimeoutError(_) => CollectError::CannotReach { region, detail: detail(failure) },
        SdkError::DispatchFailure(_) if io(error) => CollectError::CannotReach { region, detail: innermost(error) },
        _ => no_request(error, options),
    }
}

/// Why no request was ever sent.
fn no_request(error: &(dyn Error + 'static), options: &Options) -> CollectError {
    let detail = innermost(error);
    match (cause::<CredentialsError>(error), &options.profile) {
        (Some(_), Some(profile)) => CollectError::NoCredentials { detail: format!("profile `{profile}`: {detail}") },
        (Some(_), None) => CollectError::NoCredentials { detail },
        (None, _) => CollectError::BadSetting { detail },
    }
}

fn detail(failure: Failure) -> String {
    match failure {
        Failure::NotAws(detail) | Failure::Failed(detail) => detail,
        other => other.reason(),
    }
}

fn code_and_message(error: &impl ProvideErrorMetadata) -> String {
    let code = error.code().unwrap_or("no code");
    error.message().map_or_else(|| code.to_owned(), |message| format!("{code}: {message}"))
}

fn io<E>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::TimeoutError(_) => true,
        SdkError::DispatchFailure(failure) => {
            failure.as_connector_error().is_some_and(|error| error.is_io() || error.is_timeout())
        }
        _ => false,
    }
}

/// The first error of a type in the chain of causes.
fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
