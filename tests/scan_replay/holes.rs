//! What a scan says about what it could not collect.

use super::*;

#[test]
fn a_denied_call_is_recorded_and_the_rest_collected() {
    let calm = scan(&Server::start(script()));
    let denied = [
        ("DescribeNatGateways", "ec2:DescribeNatGateways - denied (UnauthorizedOperation)", "NatGateways"),
        ("ListClusters", "ecs:ListClusters - denied (AccessDeniedException)", "clusters"),
        ("DescribeTargetGroups", "elasticloadbalancing:DescribeTargetGroups - denied (AccessDenied)", "TargetGroups"),
        ("DescribeRepositories", "ecr:DescribeRepositories - denied (AccessDeniedException)", "repositories"),
        ("DescribeServices", "ecs:DescribeServices", "services"),
    ];
    for (action, record, key) in denied {
        let collected = scan(&Server::start(script().always(action, Fault::Denied)));
        assert!(missing(&collected).iter().any(|entry| entry.starts_with(record)), "{:?}", missing(&collected));
        assert!(!collected.document.contains_key(key), "{key} is not known");
        assert_eq!(collected.document["Subnets"], calm.document["Subnets"]);
    }
}

#[test]
fn what_depends_on_a_failed_call_is_named_too() {
    let collected = scan(&Server::start(script().always("DescribeLoadBalancers", Fault::Denied)));
    assert_eq!(
        missing(&collected),
        [
            "elasticloadbalancing:DescribeLoadBalancers - denied (AccessDenied)",
            "elasticloadbalancing:DescribeListeners - not asked: needs elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeRules - not asked: needs elasticloadbalancing:DescribeLoadBalancers",
        ]
    );
    for key in ["LoadBalancers", "Listeners", "Rules"] {
        assert!(!collected.document.contains_key(key), "{key}");
    }
}

#[test]
fn a_failure_for_one_thing_names_it() {
    let server = Server::start(
        script()
            .always_about("DescribeVpcAttribute", "enableDnsHostnames&VpcId=vpc-1", Fault::Denied)
            .always_about("GetManagedPrefixListEntries", "pl-0", Fault::Denied)
            .always_about("DescribeTaskDefinition", "web:3", Fault::Denied)
            .always_about("SearchTransitGatewayRoutes", "tgw-rtb-1", Fault::Denied),
    );
    let collected = scan(&server);
    assert_eq!(
        missing(&collected),
        [
            "ec2:DescribeVpcAttribute vpc-1 enableDnsHostnames denied (UnauthorizedOperation)",
            "ec2:GetManagedPrefixListEntries pl-0 denied (UnauthorizedOperation)",
            "ec2:SearchTransitGatewayRoutes tgw-rtb-1 denied (UnauthorizedOperation)",
            "ecs:DescribeTaskDefinition arn:aws:ecs:us-east-1:111122223333:task-definition/web:3 denied (AccessDeniedException)",
        ]
    );
    assert_eq!(collected.document["VpcAttributes"][1], json!({"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}}));
    let ids: Vec<_> =
        collected.document["PrefixLists"].as_array().into_iter().flatten().map(|list| &list["PrefixListId"]).collect();
    assert_eq!(ids, ["pl-empty", "pl-s3"], "a list whose entries are not known is not an empty list");
    let table = &collected.document["TransitGatewayRouteTables"][1];
    assert!(table.get("Routes").is_none() && table.get("Associations").is_some());
    assert_eq!(collected.document["taskDefinitions"].as_array().map(Vec::len), Some(7));
}

#[test]
fn nothing_that_is_not_an_answer_of_aws_becomes_an_empty_list() {
    let html = "<html><body>Sign in to the guest network</body></html>";
    let wrong = "<DescribeInstancesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><reservationSet/></DescribeInstancesResponse>";
    let bodies = [
        ("HTML", "text/html", html.to_owned()),
        ("HTML that isn't XML", "text/html", "<!DOCTYPE html><p>Sign in<br>".to_owned()),
        ("nothing", "text/xml", String::new()),
        ("another service's JSON", "application/json", "{\"clusterArns\":[]}".to_owned()),
        ("another root", "text/xml", wrong.to_owned()),
        ("the root alone", "text/xml", "<DescribeSubnetsResponse/>".to_owned()),
        ("an unclosed list", "text/xml", "<DescribeSubnetsResponse><subnetSet><item>".to_owned()),
        (
            "a broken list",
            "text/xml",
            "<DescribeSubnetsResponse><subnetSet></item></subnetSet></DescribeSubnetsResponse>".to_owned(),
        ),
        ("plain text", "text/plain", "OK".to_owned()),
    ];
    let calls = [
        ("DescribeSubnets", "ec2", "Subnets"),
        ("DescribeVpcs", "ec2", "Vpcs"),
        ("ListClusters", "ecs", "clusters"),
        ("DescribeLoadBalancers", "elasticloadbalancing", "LoadBalancers"),
        ("DescribeRepositories", "ecr", "repositories"),
        ("DescribeVpcBlockPublicAccessOptions", "ec2", "VpcBlockPublicAccessOptions"),
    ];
    for (what, kind, body) in bodies {
        let wrong =
            |(action, _, _): &(&str, &str, &str)| !(what == "another service's JSON" && *action == "ListClusters");
        let script = calls
            .iter()
            .filter(|call| wrong(call))
            .fold(script(), |script, (action, _, _)| script.always(action, Fault::Body(200, kind, body.clone())));
        let collected = scan(&Server::start(script));
        for (action, service, key) in calls.iter().filter(|call| wrong(call)) {
            let call = format!("{service}:{action} - not an answer of AWS");
            assert!(!collected.document.contains_key(*key), "{what}: {key}");
            assert!(
                missing(&collected).iter().any(|entry| entry.starts_with(&call)),
                "{what}: {:?}",
                missing(&collected)
            );
        }
        assert!(collected.document.contains_key("RouteTables"), "{what}");
    }
}

#[test]
fn half_an_answer_is_not_an_answer() {
    for (action, key) in
        [("DescribeSubnets", "Subnets"), ("ListClusters", "clusters"), ("DescribeTargetGroups", "TargetGroups")]
    {
        let collected = scan(&Server::start(script().always(action, Fault::Cut)));
        assert!(!collected.document.contains_key(key), "{key}");
        assert_eq!(
            collected.document["fargcheck"]["notCollected"][0]["call"].as_str().map(|call| call.ends_with(action)),
            Some(true)
        );
    }
}

#[test]
fn a_call_that_goes_on_failing_is_recorded() {
    let html = Fault::Body(500, "text/html", "<html>Not Implemented</html>".to_owned());
    let server = Server::start(
        script()
            .always("DescribeVpcBlockPublicAccessOptions", html.clone())
            .always("DescribePullThroughCacheRules", html)
            .always("DescribeFlowLogs", Fault::Throttle)
            .always("DescribeDhcpOptions", Fault::Error(400, "InvalidAction".to_owned(), "unknown".to_owned())),
    );
    let collected = scan(&server);
    assert_eq!(
        missing(&collected),
        [
            "ec2:DescribeDhcpOptions - not supported here (InvalidAction)",
            "ec2:DescribeFlowLogs - failed (RequestLimitExceeded, HTTP 503)",
            "ec2:DescribeVpcBlockPublicAccessOptions - not an answer of AWS (HTTP 500 without AWS's answer in it)",
            "ecr:DescribePullThroughCacheRules - not an answer of AWS (HTTP 500 without AWS's answer in it)",
        ]
    );
    assert_eq!(server.count("DescribeFlowLogs"), 8, "tried as often as the options say");
}

#[test]
fn an_unnamed_caller_can_still_scan() {
    let collected = scan(&Server::start(script().always("GetCallerIdentity", Fault::Denied)));
    assert_eq!(collected.account, None);
    assert_eq!(missing(&collected), ["sts:GetCallerIdentity - denied (AccessDenied)"]);
    assert!(collected.document["fargcheck"].get("account").is_none());
}

#[test]
fn stopped_tasks_only_explain_so_that_they_are_missing_leaves_no_hole() {
    let whole = scan(&Server::start(script()));
    let count = |collected: &Collected| {
        let tasks = collected.document["tasks"].as_array().expect("a list");
        let stopped = tasks.iter().filter(|task| task["lastStatus"] == "STOPPED").count();
        (tasks.len() - stopped, stopped)
    };
    assert_eq!(count(&whole), (12, 3));
    let denied = scan(&Server::start(script().always_about("ListTasks", "STOPPED", Fault::Denied)));
    assert_eq!(missing(&denied), ["stopped tasks - denied (AccessDeniedException)"]);
    assert_eq!(count(&denied), (12, 0));
    let lost = scan(&Server::start(script().always_about("DescribeTasks", "STOPPED", Fault::Denied)));
    assert_eq!(missing(&lost), ["stopped tasks - denied (AccessDeniedException)"]);
    assert_eq!(count(&lost), (12, 0));
    // What fails for all tasks is said once.
    let neither = scan(&Server::start(script().always_about("ListTasks", "main-1", Fault::Denied)));
    assert_eq!(
        missing(&neither),
        ["ecs:ListTasks arn:aws:ecs:us-east-1:111122223333:cluster/main-1 denied (AccessDeniedException)"]
    );
    assert_eq!(count(&neither), (8, 2));
}
