//! Who comes in: clients to load balancers and their listeners, services to services that are found by name, and what keeps
//! them out is told once.

mod cli_support;

use cli_support::run_with;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A sound network of which something is changed.
struct Row {
    /// What is changed.
    name: &'static str,
    /// The rule whose pass fixture it is.
    sound: &'static str,
    /// Changes it.
    change: fn(&mut Value),
    /// All that is found then: the rule, and the name of the resource.
    found: &'static [(&'static str, &'static str)],
}

const LISTENERS: &str = "sg/load-balancer-ingress";
const CLOSED: &[(&str, &str)] = &[(LISTENERS, "web")];

const ROWS: &[Row] = &[
    Row {
        name: "a second listener forwards, and its port is closed to all",
        sound: LISTENERS,
        change: |network| listener(network, 443, "HTTPS", forward()),
        found: CLOSED,
    },
    Row {
        name: "the port that plain HTTP is redirected to is closed to all",
        sound: LISTENERS,
        change: |network| {
            listener(network, 443, "HTTPS", forward());
            network["Listeners"][0]["DefaultActions"] = redirect("443", "#{host}");
        },
        found: CLOSED,
    },
    Row {
        name: "the port that plain HTTP is redirected to by a rule is open to the VPC alone",
        sound: LISTENERS,
        change: |network| {
            listener(network, 443, "HTTPS", forward());
            lets_in(network, 443, "10.0.0.0/16");
            network["Rules"][0]["Actions"] = redirect("443", "#{host}");
        },
        found: CLOSED,
    },
    Row {
        name: "what is redirected to another host isn't followed",
        sound: LISTENERS,
        change: |network| {
            listener(network, 443, "HTTPS", forward());
            lets_in(network, 443, "10.0.0.0/16");
            network["Rules"][0]["Actions"] = redirect("443", "example.com");
        },
        found: &[],
    },
    Row {
        name: "the port that plain HTTP is redirected to is open to an office",
        sound: LISTENERS,
        change: |network| {
            listener(network, 443, "HTTPS", forward());
            lets_in(network, 443, "8.8.8.0/24");
            network["Listeners"][0]["DefaultActions"] = redirect("443", "#{host}");
        },
        found: &[],
    },
    Row {
        name: "a second listener forwards for tests from inside the VPC",
        sound: LISTENERS,
        change: |network| {
            listener(network, 8080, "HTTP", forward());
            lets_in(network, 8080, "10.0.0.0/16");
        },
        found: &[],
    },
    Row {
        name: "a listener whose port is closed answers by itself",
        sound: LISTENERS,
        change: |network| listener(network, 8080, "HTTP", json!([{ "Type": "fixed-response" }])),
        found: &[],
    },
    Row {
        name: "a listener whose port is closed redirects, and nothing else",
        sound: LISTENERS,
        change: |network| listener(network, 8080, "HTTP", redirect("80", "#{host}")),
        found: &[],
    },
    Row {
        name: "an internal load balancer is open to the VPC",
        sound: LISTENERS,
        change: |network| {
            network["LoadBalancers"][0]["Scheme"] = json!("internal");
            network["SecurityGroups"][2]["IpPermissions"] = json!([]);
            lets_in(network, 80, "10.0.0.0/16");
        },
        found: &[],
    },
    Row {
        name: "an internal load balancer is closed to all",
        sound: LISTENERS,
        change: |network| {
            network["LoadBalancers"][0]["Scheme"] = json!("internal");
            network["SecurityGroups"][2]["IpPermissions"] = json!([]);
        },
        found: CLOSED,
    },
    Row {
        name: "an internal network load balancer's groups count for nothing where it is an endpoint service",
        sound: LISTENERS,
        change: |network| {
            network["LoadBalancers"][0]["Scheme"] = json!("internal");
            network["LoadBalancers"][0]["Type"] = json!("network");
            network["SecurityGroups"][2]["IpPermissions"] = json!([]);
        },
        found: &[],
    },
    Row {
        name: "a load balancer without public IPv4 addresses is open to IPv6",
        sound: LISTENERS,
        change: |network| {
            network["LoadBalancers"][0]["IpAddressType"] = json!("dualstack-without-public-ipv4");
            network["SecurityGroups"][2]["IpPermissions"] =
                json!([{ "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] }]);
        },
        found: &[],
    },
    Row {
        name: "a load balancer without public IPv4 addresses is open to IPv4 alone",
        sound: LISTENERS,
        change: |network| network["LoadBalancers"][0]["IpAddressType"] = json!("dualstack-without-public-ipv4"),
        found: CLOSED,
    },
];

fn push(network: &mut Value, list: &str, element: Value) {
    network.pointer_mut(list).and_then(Value::as_array_mut).expect("it is a list").push(element);
}

fn listener(network: &mut Value, port: u16, protocol: &str, actions: Value) {
    let mut second = network["Listeners"][0].clone();
    second["ListenerArn"] = json!(format!("{}{port}", second["ListenerArn"].as_str().expect("an ARN")));
    second["Port"] = json!(port);
    second["Protocol"] = json!(protocol);
    second["DefaultActions"] = actions;
    push(network, "/Listeners", second);
}

fn forward() -> Value {
    let group = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/app/73e2d6bc24d8a067";
    json!([{ "Type": "forward", "TargetGroupArn": group }])
}

fn redirect(port: &str, host: &str) -> Value {
    json!([{ "Type": "redirect", "RedirectConfig": { "Protocol": "HTTPS", "Port": port, "Host": host, "StatusCode": "HTTP_301" } }])
}

/// Opens a port of the load balancer's group.
fn lets_in(network: &mut Value, port: u16, block: &str) {
    let rule = json!({ "IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{ "CidrIp": block }] });
    push(network, "/SecurityGroups/2/IpPermissions", rule);
}

fn sound(rule: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(rule).join("pass.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn what_keeps_clients_out_is_told_once() {
    let mut complaints = Vec::new();
    for row in ROWS {
        let mut network = sound(row.sound);
        (row.change)(&mut network);
        let run = run_with(Path::new("."), &["lint", "-", "--format", "json"], &network.to_string());
        let findings = run.json()["findings"].as_array().cloned().unwrap_or_default();
        let grave = findings.iter().filter(|finding| finding["severity"] != "info");
        let found: Vec<(String, String)> = grave
            .map(|finding| {
                let resource = &finding["resource"];
                let name = resource["name"].as_str().or(resource["id"].as_str()).unwrap_or_default();
                (finding["rule"].as_str().unwrap_or_default().to_owned(), name.to_owned())
            })
            .collect();
        let expected: Vec<(String, String)> =
            row.found.iter().map(|(rule, name)| ((*rule).to_owned(), (*name).to_owned())).collect();
        if found != expected {
            complaints.push(format!("{}: {found:?} instead of {expected:?}", row.name));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
