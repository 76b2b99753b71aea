//! What is known of a request that goes through an endpoint, under the names that policies have for it.

use super::value::Value;
use crate::network::Addresses;
use crate::snapshot::Arn;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reach) enum Who<'r> {
    /// A role of the task's account: its ARN, where the task definition names it.
    Role(Option<&'r str>),
    /// An account of Amazon ECR's own: image layers are fetched by links that it has signed.
    Registry,
}

/// A request.
#[derive(Debug, Clone, Copy)]
pub(in crate::reach) struct Request<'r> {
    pub action: &'r str,
    /// An ARN. One that ends in `*` is any of those that begin so; `*` alone is no certain one.
    pub resource: &'r str,
    pub who: Who<'r>,
    /// The task's account.
    pub account: Option<&'r str>,
    pub partition: &'r str,
    pub region: Option<&'r str>,
    pub vpc: Option<&'r str>,
    pub endpoint: Option<&'r str>,
    /// Whether that is a gateway endpoint.
    pub is_gateway: bool,
    /// The addresses that the task may have.
    pub addresses: &'r Addresses,
}

/// What a request says under a condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub value: Value,
    /// Whether it may as well say nothing.
    pub may_be_absent: bool,
}

impl Request<'_> {
    /// What it says under a key, in small letters: keys don't mind capitals.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    pub(super) fn said(&self, key: &str) -> Said {
        let certain = |value| Said { value, may_be_absent: false };
        let known = |text: Option<&str>| text.map_or(Value::Unknown, |text| Value::Exact(text.to_owned()));
        let by_role = matches!(self.who, Who::Role(_));
        certain(match key {
            "aws:sourcevpce" => known(self.endpoint),
            "aws:sourcevpc" => known(self.vpc),
            "aws:requestedregion" => known(self.region),
            // Everything that Fargate fetches for a task, it fetches by HTTPS.
            "aws:securetransport" => Value::Exact("true".into()),
            // "… except when the requester uses a VPC endpoint to make the request."
            "aws:sourceip" => Value::Absent,
            // Through an endpoint it is there; which of the subnet's addresses it is, nobody knows.
            "aws:vpcsourceip" => Value::Unknown,
            "aws:principalaccount" => self.account_of_caller(),
            "aws:principalarn" => self.caller(),
            // Neither a role nor the account that signs ECR's links is a service's principal.
            "aws:principalisawsservice" => Value::Exact("false".into()),
            "aws:principaltype" if by_role => Value::Exact("AssumedRole".into()),
            "aws:viaawsservice" if by_role => Value::Exact("false".into()),
            "aws:resourceaccount" | "s3:resourceaccount" => self.account_of_resource(),
            // Nobody's organization has Amazon ECR's own accounts; whether they are in one isn't known.
            "aws:principalorgid" | "aws:principalorgpaths" | "aws:resourceorgid" | "aws:resourceorgpaths"
                if !by_role =>
            {
                return Said { value: Value::Other("o-".into()), may_be_absent: true };
            }
            _ => return Said { value: Value::Unknown, may_be_absent: true },
        })
    }

    /// The account of whoever asks.
    pub(super) fn account_of_caller(&self) -> Value {
        let of_role = match self.who {
            Who::Role(arn) => arn.and_then(Arn::account_of),
            Who::Registry => None,
        };
        match (self.who, of_role.or(self.account)) {
            (Who::Role(_), Some(own)) => Value::Exact(own.to_owned()),
            (Who::Registry, Some(own)) => Value::Other(own.to_owned()),
            (_, None) => Value::Unknown,
        }
    }

    /// The ARN of whoever asks: of a role's session it is the role's.
    pub(super) fn caller(&self) -> Value {
        match (self.who, self.account) {
            (Who::Role(Some(arn)), _) => Value::Exact(arn.to_owned()),
            (Who::Role(None), Some(own)) => Value::Beginning(format!("arn:{}:iam::{own}:role/", self.partition)),
            (Who::Registry, Some(own)) => Value::Other(format!("arn:{}:iam::{own}:", self.partition)),
            (_, None) => Value::Unknown,
        }
    }

    /// The account that owns the resource. ECR keeps image layers in a bucket of its own, in no account of a customer.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms>
    fn account_of_resource(&self) -> Value {
        match (self.who, Arn::account_of(self.resource)) {
            (Who::Registry, _) => self.account_of_caller(),
            (Who::Role(_), Some(account)) if !account.ends_with('*') => Value::Exact(account.to_owned()),
            (Who::Role(_), _) => Value::Unknown,
        }
    }
}
