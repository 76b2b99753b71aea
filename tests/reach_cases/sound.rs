//! What works.

use crate::pipeline::Place;
use crate::rows::*;
use fargcheck::reach::Verdict::Reachable;

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("internet", [], Place::Internet, Reachable, &[]),
        row("a name", [], Place::PublicName, Reachable, &[]),
        row("a database", [], interface("eni-data"), Reachable, &[]),
        row("its address", [], at("10.0.2.10"), Reachable, &[]),
        row("an interface endpoint in another zone's subnet", [], service("ecr.api"), Reachable, &[]),
        row("the endpoint itself", [], Place::Endpoint("vpce-ecr".into()), Reachable, &[]),
        row("a service without an endpoint", [], service("logs"), Reachable, &[]),
        row("the gateway endpoint", [], service("s3"), Reachable, &[]),
        row("the other VPC by peering", [], at("10.2.1.10"), Reachable, &[]),
        row("the other VPC by a transit gateway", peering_by_transit(), at("10.2.1.10"), Reachable, &[]),
    ]
}
