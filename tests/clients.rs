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
            lets_in(network, 443, "198.51.100.0/24");
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
            ipv6_clients(network);
            network["SecurityGroups"][2]["IpPermissions"] =
                json!([{ "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] }]);
            for egress in [false, true] {
                let entry = json!({ "RuleNumber": 101, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "Ipv6CidrBlock": "::/0" });
                push(network, "/NetworkAcls/0/Entries", entry);
            }
        },
        found: &[],
    },
    Row {
        name: "a load balancer without public IPv4 addresses is open to IPv4 alone",
        sound: LISTENERS,
        change: |network| {
            ipv6_clients(network);
            for egress in [false, true] {
                let entry = json!({ "RuleNumber": 101, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "Ipv6CidrBlock": "::/0" });
                push(network, "/NetworkAcls/0/Entries", entry);
            }
        },
        found: CLOSED,
    },
    Row {
        name: "a network ACL lets in some office alone, and some clients' ports out",
        sound: ACL,
        change: |network| {
            network["NetworkAcls"][1]["Entries"][2]["CidrBlock"] = json!("8.8.8.0/24");
            out_of_public(network, "8.8.8.8/32", 49152);
        },
        found: &[],
    },
    Row {
        name: "a network ACL lets no reply out to those whom it lets in",
        sound: ACL,
        change: |network| {
            network["NetworkAcls"][1]["Entries"][2]["CidrBlock"] = json!("8.8.8.0/24");
            out_of_public(network, "9.9.9.0/24", 49152);
        },
        found: &[(ACL, "public")],
    },
    Row {
        name: "a network ACL keeps clients from an internal load balancer",
        sound: ACL,
        change: |network| {
            network["LoadBalancers"][0]["Scheme"] = json!("internal");
            network["NetworkAcls"][1]["Entries"][2]["CidrBlock"] = json!("8.8.8.0/24");
            out_of_public(network, "9.9.9.0/24", 49152);
        },
        found: &[],
    },
    Row {
        name: "a service that Cloud Map has an address of listens where its task definition maps nothing",
        sound: LISTENERS,
        change: |network| {
            network["services"][0]["serviceRegistries"] =
                json!([{ "registryArn": "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1" }]);
            network["services"][0]["loadBalancers"] = json!([]);
            network["SecurityGroups"][1]["IpPermissions"][0]["FromPort"] = json!(9090);
            network["SecurityGroups"][1]["IpPermissions"][0]["ToPort"] = json!(9090);
        },
        found: &[],
    },
    Row {
        name: "a service of Cloud Map is called by its load balancer alone",
        sound: LISTENERS,
        change: |network| network["services"][0]["serviceRegistries"] = registry(9090),
        found: &[],
    },
    Row {
        name: "what keeps a load balancer out is not told of Cloud Map once more",
        sound: LISTENERS,
        change: |network| {
            network["services"][0]["serviceRegistries"] = registry(8080);
            network["SecurityGroups"][1]["IpPermissions"] = json!([]);
        },
        found: &[("sg/task-from-load-balancer", "app")],
    },
    Row {
        name: "datagrams come from public addresses, and the task lets in the VPC alone",
        sound: LISTENERS,
        change: |network| datagrams(network, "10.0.0.0/16"),
        found: &[("sg/task-from-load-balancer", "app")],
    },
    Row {
        name: "datagrams come from public addresses, and the task lets some in",
        sound: LISTENERS,
        change: |network| datagrams(network, "8.8.8.0/24"),
        found: &[],
    },
    Row {
        name: "datagrams come to an internal load balancer from the VPC",
        sound: LISTENERS,
        change: |network| {
            datagrams(network, "10.0.0.0/16");
            network["LoadBalancers"][0]["Scheme"] = json!("internal");
        },
        found: &[],
    },
    Row {
        name: "the proxy of Service Connect listens on another port than the group opens",
        sound: "discovery/registered",
        change: |network| connected(network, json!(15000)),
        found: &[("sg/destination-ingress", "backend")],
    },
    Row {
        name: "the proxy of Service Connect listens on the container's port",
        sound: "discovery/registered",
        change: |network| connected(network, Value::Null),
        found: &[],
    },
    Row {
        name: "what a cache has yet to fetch is pulled by who has a way to the internet",
        sound: "nat/available",
        change: |network| {
            network["repositories"] = json!([]);
            network["pullThroughCacheRules"] =
                json!([{ "ecrRepositoryPrefix": "ROOT", "upstreamRegistryUrl": "registry-1.docker.io" }]);
        },
        found: &[],
    },
];

const ACL: &str = "nacl/load-balancer-subnet";

/// What the network ACL of the public subnets lets out: all to the VPC, and to a block's ports from some on.
fn out_of_public(network: &mut Value, block: &str, from: u16) {
    let entries = network["NetworkAcls"][1]["Entries"].as_array_mut().expect("a list");
    entries.retain(|entry| entry["Egress"] == false);
    let range = json!({ "From": from, "To": 65535 });
    entries.push(json!({ "RuleNumber": 90, "Protocol": "-1", "RuleAction": "allow", "Egress": true, "CidrBlock": "10.0.0.0/16" }));
    entries.push(json!({ "RuleNumber": 100, "Protocol": "6", "RuleAction": "allow", "Egress": true, "CidrBlock": block, "PortRange": range }));
    // NAT gateways call AWS's services on 443.
    let range = json!({ "From": 443, "To": 443 });
    entries.push(json!({ "RuleNumber": 110, "Protocol": "6", "RuleAction": "allow", "Egress": true, "CidrBlock": "0.0.0.0/0", "PortRange": range }));
}

fn registry(port: u16) -> Value {
    let arn = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-utcrh6wavdkggqtk";
    json!([{ "registryArn": arn, "containerName": "app", "containerPort": port }])
}

/// A network load balancer for UDP, whose tasks let in a block.
fn datagrams(network: &mut Value, block: &str) {
    network["LoadBalancers"][0]["Type"] = json!("network");
    network["LoadBalancers"][0]["SecurityGroups"] = json!([]);
    network["Listeners"][0]["Protocol"] = json!("UDP");
    network["TargetGroups"][0]["Protocol"] = json!("UDP");
    let rule = |protocol: &str, block: &str| json!({ "IpProtocol": protocol, "FromPort": 8080, "ToPort": 8080, "IpRanges": [{ "CidrIp": block }] });
    network["SecurityGroups"][1]["IpPermissions"] = json!([rule("tcp", "10.0.0.0/16"), rule("udp", block)]);
}

/// The services of a network share a namespace of Service Connect, in which the second offers its port.
fn connected(network: &mut Value, ingress_port: Value) {
    let namespace = "arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-u7x2hzqa3jk5lm4n";
    let offered =
        json!([{ "portName": "http", "ingressPortOverride": ingress_port, "clientAliases": [{ "port": 80 }] }]);
    for (service, services) in [(0, json!([])), (1, offered)] {
        network["services"][service]["serviceConnectConfiguration"] =
            json!({ "enabled": true, "namespace": namespace, "services": services });
    }
}

/// The load balancer's clients come by IPv6 alone, and the public subnets have a way to them.
fn ipv6_clients(network: &mut Value) {
    network["LoadBalancers"][0]["IpAddressType"] = json!("dualstack-without-public-ipv4");
    for table in network["RouteTables"].as_array_mut().expect("it is a list") {
        let routes = table["Routes"].as_array_mut().expect("it is a list");
        let gateway = routes.iter().find_map(|route| route["GatewayId"].as_str().filter(|id| id.starts_with("igw-")));
        if let Some(gateway) = gateway.map(str::to_owned) {
            routes.push(json!({ "DestinationIpv6CidrBlock": "::/0", "GatewayId": gateway, "State": "active" }));
        }
    }
}

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
