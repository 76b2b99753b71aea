//! What can't be judged: each ends with exit code 2, one clear diagnostic on standard error, and nothing on standard output.

mod cli_support;

use cli_support::{Run, Scratch, run_in};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Runs, insists on a refusal, and hands on what was said of it.
fn refused(what: &str, folder: &Path, arguments: &[&str]) -> String {
    let said = run_in(folder, arguments);
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{what}: {}", said.err);
    assert!(!said.err.contains("panicked") && said.err.len() < 4000, "{what}: {}", said.err);
    said.err
}

fn run_bytes(bytes: &[u8]) -> Run {
    let scratch = Scratch::new("bytes");
    fs::write(scratch.0.join("x.json"), bytes).expect("the target directory can be written");
    scratch.run(&["lint", "x.json"])
}

/// The same for one file, whose bytes are given.
fn refused_bytes(what: &str, bytes: &[u8]) -> String {
    let scratch = Scratch::new(&format!("bad-{}", what.replace(|c: char| !c.is_ascii_alphanumeric(), "-")));
    fs::write(scratch.0.join("x.json"), bytes).expect("the target directory can be written");
    refused(what, &scratch.0, &["lint", "x.json"])
}

fn told(cases: &[(&str, Vec<u8>)]) -> String {
    let mut said = String::new();
    for (what, bytes) in cases {
        let err = refused_bytes(what, bytes);
        assert!(err.starts_with("error[input/") && err.contains("help"), "{what}: {err}");
        said.push_str(&format!("=== {what}\n{err}\n"));
    }
    said
}

fn broken() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/broken-network.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the fixture is checked in")).expect("the fixture is JSON")
}

/// The broken network with one value set.
fn with(pointer: &str, value: Value) -> Vec<u8> {
    let mut document = broken();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer} leads nowhere")) {
        Value::Object(fields) => {
            fields.insert(key.to_owned(), value);
        }
        Value::Array(items) => items[key.parse::<usize>().expect("an index")] = value,
        other => panic!("{pointer}: {other}"),
    }
    format!("{document:#}\n").into_bytes()
}

/// A text with another one so many times to its left and right.
fn nested(left: &str, inner: &str, right: &str, times: usize) -> String {
    left.repeat(times) + inner + &right.repeat(times)
}

#[test]
fn what_is_no_snapshot() {
    let whole = format!("{:#}", broken());
    let cut = whole.find("\"RouteTableId\"").expect("the network has tables");
    let mut latin = whole.clone().into_bytes();
    let name = whole.find("shop-vpc").expect("the network has a name");
    latin[name] = 0xe9;
    let utf16 = |text: &str, little: bool| -> Vec<u8> {
        let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    let own = |text: &str| text.as_bytes().to_vec();
    let said = told(&[
        ("no byte", Vec::new()),
        ("whitespace only", own(" \n\t\r\n")),
        ("a byte order mark only", own("\u{feff}")),
        ("not JSON", own("Unable to locate credentials. You can configure credentials by running \"aws login\".\n")),
        ("YAML", own("Vpcs:\n- VpcId: vpc-1\n")),
        (
            "Terraform's own file of its state",
            own(
                "{\"version\": 4, \"terraform_version\": \"1.11.4\", \"serial\": 1, \"lineage\": \"x\", \"outputs\": {}}\n",
            ),
        ),
        ("HTML", own("<!DOCTYPE html>\n<html><body>Sign in</body></html>\n")),
        ("truncated", own(&whole[..cut + 20])),
        ("truncated after a key", own("{\n  \"Vpcs\": [],\n  \"Subnets\":")),
        ("truncated before the end", own(&whole[..whole.len() - 2])),
        ("two documents", own("{\"Vpcs\": []}\n{\"Subnets\": []}\n")),
        ("a comma too many", own("{\n  \"Vpcs\": [],\n}\n")),
        ("comments", own("{\n  // none\n  \"Vpcs\": []\n}\n")),
        ("single quotes", own("{'Vpcs': []}")),
        ("NaN", own("{\"Vpcs\": [], \"x\": NaN}")),
        ("a control character in a string", own("{\"Vpcs\": [{\"VpcId\": \"vpc-\u{1b}[2J\"}]}")),
        ("half a surrogate pair", own("{\"Vpcs\": [{\"VpcId\": \"vpc-\\ud800\"}]}")),
        ("a list", own("[{\"VpcId\": \"vpc-1\"}]")),
        ("a string", own("\"Vpcs\"")),
        ("a number", own("  42\n")),
        ("a negative number", own("-1")),
        ("a word", own("null")),
        ("an empty object", own("{}")),
        ("another object", own("{\"Stacks\": [], \"Parameters\": {}}")),
        ("not UTF-8", latin),
        ("UTF-16 as PowerShell writes it", utf16("{\"Vpcs\": []}", true)),
        ("UTF-16, big end first", utf16("{\"Vpcs\": []}", false)),
        ("zeros", vec![0; 64]),
        ("gzip", vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn wrong_types_are_named_with_their_place() {
    let said = told(&[
        ("a number for an id", with("/RouteTables/3/Routes/0/GatewayId", json!(7))),
        ("an object for a list", with("/Subnets", json!({"SubnetId": "subnet-1"}))),
        ("a string for a list", with("/NatGateways", json!("none"))),
        ("a number for a list", with("/services", json!(0))),
        ("null among elements", with("/SecurityGroups/1", Value::Null)),
        ("a list among elements", with("/Vpcs/0", json!([]))),
        ("a string among elements", with("/VpcEndpoints", json!(["vpce-1"]))),
        (
            "a string for a list inside",
            with("/services/0/networkConfiguration/awsvpcConfiguration/subnets", json!("subnet-1")),
        ),
        ("an object for a list inside", with("/SecurityGroups/0/IpPermissionsEgress", json!({}))),
        ("null in a list inside", with("/RouteTables/1/Routes/1", Value::Null)),
        ("a string for a port", with("/SecurityGroups/1/IpPermissions/0/FromPort", json!("80"))),
        ("a string for yes or no", with("/NetworkAcls/0/Entries/0/Egress", json!("true"))),
        ("a list for an object", with("/fargcheck", json!([]))),
        ("a list for an object inside", with("/VpcAttributes/0/EnableDnsSupport", json!([true]))),
        ("a fraction for a port", with("/SecurityGroups/1/IpPermissions/0/FromPort", json!(80.5))),
        ("a number that is too large", with("/SecurityGroups/1/IpPermissions/0/FromPort", json!(u64::MAX))),
        ("a long text", with("/Subnets", json!("é".repeat(50_000)))),
        ("a number for the account", with("/fargcheck/account", json!(123_456_789_012_u64))),
        ("a name with an escape", with("/Vpcs/0/VpcId", json!({"a\u{1b}[31m/~b": 1}))),
    ]);
    insta::assert_snapshot!(said);
}

/// As cargo does with a lock file: what a later version means can't be known.
#[test]
fn a_later_schema() {
    assert_eq!(run_bytes(&with("/fargcheck/schema", json!(1))).code, 1);
    insta::assert_snapshot!(told(&[("of a snapshot", with("/fargcheck/schema", json!(2)))]));
}

#[test]
fn keys_that_stand_twice() {
    let own = |text: &str| text.as_bytes().to_vec();
    let said = told(&[
        ("at the top", own("{\n  \"Vpcs\": [],\n  \"Subnets\": [],\n  \"Vpcs\": [{\"VpcId\": \"vpc-1\"}]\n}\n")),
        ("at the top, one escaped", own("{\"Vpcs\": [], \"\\u0056pcs\": []}")),
        ("at the top, of no meaning", own("{\"Vpcs\": [], \"Note\": 1, \"Note\": 2}")),
        (
            "in an element",
            own(
                "{\n  \"Vpcs\": [\n    {\n      \"VpcId\": \"vpc-1\",\n      \"CidrBlock\": \"10.0.0.0/16\",\n      \"VpcId\": \"vpc-2\"\n    }\n  ]\n}\n",
            ),
        ),
        (
            "deep in an element",
            own(
                "{\"RouteTables\": [{}, {\"Routes\": [{\"State\": \"active\", \"GatewayId\": \"local\", \"GatewayId\": \"igw-1\"}]}]}",
            ),
        ),
        ("of a long name", format!("{{\"{0}\": 1, \"{0}\": 2}}", "n".repeat(5000)).into_bytes()),
        ("in the document's own key", own("{\"Vpcs\": [], \"fargcheck\": {\"account\": \"1\", \"account\": \"2\"}}")),
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn nested_deeper_than_any_answer() {
    const DEEP: usize = 10_000;
    let deep = |left: &str, right: &str| nested(left, "1", right, DEEP);
    let said = told(&[
        ("objects at the top", deep("{\"Vpcs\":", "}").into_bytes()),
        ("objects of no meaning at the top", deep("{\"a\":", "}").into_bytes()),
        ("lists in a known list", format!("{{\"Vpcs\": [{}]}}", deep("[", "]")).into_bytes()),
        ("lists in an unknown key", format!("{{\"Vpcs\": [], \"Note\": {}}}", deep("[", "]")).into_bytes()),
        (
            "in a known field",
            format!("{{\"Vpcs\": [{{\"VpcId\": \"vpc-1\", \"Tags\": {}}}]}}", deep("[", "]")).into_bytes(),
        ),
        (
            "in the document's own key",
            format!("{{\"Vpcs\": [], \"fargcheck\": {{\"x\": {}}}}}", deep("{\"a\":", "}")).into_bytes(),
        ),
    ]);
    insta::assert_snapshot!(said);
    let list = refused_bytes("a list at the top", deep("[", "]").as_bytes());
    assert!(list.contains("input/not-a-snapshot"), "{list}");
    // Cut off in the depth.
    for open in ["[", "{\"a\":", "{\"Vpcs\":["] {
        let err = refused_bytes("open ends", open.repeat(100_000).as_bytes());
        assert!(err.starts_with("error[input/"), "{err}");
    }
}

/// A field that fargcheck does not know is skipped without recursion, however deep: it can't do harm, and it is right to
/// judge what is known.
#[test]
fn depth_in_a_field_that_is_skipped_is_harmless() {
    let mut document = broken();
    document["Subnets"][0]["Note"] = json!("DEEP");
    document["RouteTables"][3]["Routes"][0]["Note"] = json!("DEEP");
    for (left, right) in [("[", "]"), ("{\"a\":", "}")] {
        let text = document.to_string().replace("\"DEEP\"", &nested(left, "1", right, 10_000));
        let scratch = Scratch::new("deep-field").with("x.json", &text);
        for format in ["human", "table", "json", "sarif", "github"] {
            let said = scratch.run(&["lint", "x.json", "--format", format]);
            assert_eq!((said.code, said.err.as_str()), (1, ""), "{format}");
            assert!(said.out.contains("nat/in-public-subnet"), "{format}");
        }
    }
}

#[test]
fn addresses_that_are_none() {
    let said = told(&[
        ("a VPC's", with("/Vpcs/0/CidrBlock", json!("10.10.0.0/33"))),
        ("a VPC's association", with("/Vpcs/0/CidrBlockAssociationSet/0/CidrBlock", json!("10.10/20"))),
        ("a subnet's", with("/Subnets/2/CidrBlock", json!("10.10.1.0"))),
        ("a route's", with("/RouteTables/1/Routes/1/DestinationCidrBlock", json!("default"))),
        (
            "a route's IPv6",
            with("/RouteTables/1/Routes/1", json!({"DestinationIpv6CidrBlock": "::/129", "GatewayId": "igw-1"})),
        ),
        ("a group's", with("/SecurityGroups/1/IpPermissions/0/IpRanges/0/CidrIp", json!("0.0.0.0/0 "))),
        (
            "a group's IPv6",
            with("/SecurityGroups/1/IpPermissions/0/Ipv6Ranges", json!([{"CidrIpv6": "2001:db8::g/32"}])),
        ),
        ("a NACL's", with("/NetworkAcls/0/Entries/0/CidrBlock", json!("256.0.0.0/8"))),
        ("a prefix list's", with("/PrefixLists/0/Cidrs", json!(["3.5.0.0/19", "3.5.0.0/-1"]))),
        ("an interface's", with("/NetworkInterfaces/0/PrivateIpAddress", json!("10.10.1"))),
        (
            "an interface's second",
            with(
                "/NetworkInterfaces/0/PrivateIpAddresses",
                json!([{"PrivateIpAddress": ""}, {"PrivateIpAddress": "ten"}]),
            ),
        ),
        ("an escape sequence", with("/Subnets/0/CidrBlock", json!("\u{1b}[2J\u{202e}10.0.0.0/8"))),
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn files_and_folders() {
    let scratch = Scratch::new("bad-files")
        .with("good/vpcs.json", "{\"Vpcs\": []}")
        .with("one-bad/vpcs.json", "{\"Vpcs\": []}")
        .with("one-bad/deep/subnets.json", "{\"Subnets\": [")
        .with("one-empty/vpcs.json", "{\"Vpcs\": []}")
        .with("one-empty/subnets.json", "")
        .with("all-foreign/package.json", "{\"name\": \"web\"}")
        .with("all-foreign/list.json", "[1]")
        .with("no-json/notes.txt", "{}")
        .with("folder.json/notes.txt", "{}")
        .with("fine.json", "{\"Vpcs\": []}");
    fs::create_dir_all(scratch.0.join("nothing")).expect("the target directory can be written");
    let mut said = String::new();
    let mut tell = |what: &str, arguments: &[&str]| {
        let err = refused(what, &scratch.0, arguments);
        said.push_str(&format!("=== {what}\n{err}\n"));
    };
    tell("a missing file", &["lint", "gone.json"]);
    tell("a missing file beside a good one", &["lint", "fine.json", "gone.json"]);
    tell("an empty folder", &["lint", "nothing"]);
    tell("a folder without JSON", &["lint", "no-json"]);
    tell("a folder that is called like a file", &["lint", "folder.json"]);
    tell("a file as a folder", &["lint", "fine.json/vpcs.json"]);
    tell("a folder with a file that is cut off", &["lint", "one-bad"]);
    tell("a folder with an empty file", &["lint", "one-empty"]);
    tell("a folder with nothing of a snapshot", &["lint", "all-foreign"]);
    tell("an empty standard input", &["lint", "-"]);
    tell("an empty name", &["lint", ""]);
    tell("a missing configuration", &["lint", "fine.json", "--config", "gone.toml"]);
    tell("a missing folder of rules", &["lint", "fine.json", "--rules", "gone"]);
    tell("a missing deployment", &["lint", "fine.json", "--service", "gone.json"]);
    tell("a deployment that is none", &["lint", "fine.json", "--service", "good/vpcs.json"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere.json", scratch.0.join("link.json")).expect("a link can be made");
        tell("a link to nowhere", &["lint", "link.json"]);
        std::os::unix::fs::symlink("loop.json", scratch.0.join("loop.json")).expect("a link can be made");
        tell("a link to itself", &["lint", "loop.json"]);
    }
    insta::assert_snapshot!(said);
}

/// PowerShell writes UTF-16 with a mark, other programs without one; and what is cut off is still known for what it is.
#[test]
fn templates_in_utf_16_or_cut_off() {
    let text = "Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n";
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let scratch = Scratch::new("wide").with("cut.json", "{\"Resources\": {\"Vpc\": {\"Type\"");
    fs::write(scratch.0.join("little.yaml"), wide(u16::to_le_bytes)).expect("it can be written");
    fs::write(scratch.0.join("big.yaml"), wide(u16::to_be_bytes)).expect("it can be written");
    for (file, code, what) in [
        ("little.yaml", "input/encoding", "UTF-16"),
        ("big.yaml", "input/encoding", "UTF-16"),
        ("cut.json", "input/syntax", "cut off"),
    ] {
        let err = refused(file, &scratch.0, &["lint", file, "--region", "us-east-1"]);
        assert!(err.contains(code) && err.contains(what), "{file}: {err}");
    }
}

/// What can't be deployed together, or isn't said clearly enough of several, is refused.
#[test]
fn files_that_are_not_deployed_together() {
    let template = "Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n    Properties:\n      CidrBlock: 10.0.0.0/24\n";
    let exporting =
        |name: &str| format!("{template}Outputs:\n  Vpc:\n    Value: !Ref Vpc\n    Export:\n      Name: {name}\n");
    let terraform = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/terraform").join(name);
        fs::read_to_string(path).expect("the fixture is checked in")
    };
    let mut deployed: Value = serde_json::from_str(&terraform("founding-nat.json")).expect("JSON");
    let changes = deployed["resource_changes"].as_array_mut().expect("a list");
    let vpc = changes.iter_mut().find(|change| change["type"] == "aws_vpc").expect("a VPC");
    vpc["change"]["actions"] = json!(["no-op"]);
    vpc["change"]["after"]["id"] = json!("vpc-0a1b2c3d4e5f60718");
    vpc["change"]["after_unknown"] = json!({});
    let scratch = Scratch::new("not-together")
        .with("a.yaml", template)
        .with("b.yaml", &exporting("vpc"))
        .with("c.yaml", &exporting("!Join ['', [v, pc]]"))
        .with("nat.json", &terraform("founding-nat.json"))
        .with("deployed.json", &deployed.to_string())
        .with("copy/deployed.json", &deployed.to_string())
        .with("snapshot.json", &broken().to_string());
    for (arguments, code) in [
        (&["lint", "nat.json", "a.yaml"][..], "input/unlike-planned"),
        (&["lint", "a.yaml", "snapshot.json", "nat.json"], "input/unlike-planned"),
        (&["lint", "a.yaml", "--onto", "nat.json"], "input/onto-planned"),
        (&["matrix", "deployed.json", "copy/deployed.json"], "input/deployed-twice"),
        (&["lint", "nat.json", "deployed.json", "--terraform", "."], "input/which-configuration"),
        (&["lint", "a.yaml", "b.yaml", "--stack-name", "shop"], "input/which-template"),
        (&["lint", "a.yaml", "b.yaml", "--stack-name", "d=shop"], "input/which-template"),
        (&["lint", "a.yaml", "--stack-name", "d=shop"], "input/which-template"),
        (&["lint", "a.yaml", "b.yaml", "--parameters", "a.Size=1"], "template/parameter"),
        (&["lint", "b.yaml", "c.yaml"], "template/exported-twice"),
    ] {
        let err = refused(&arguments.join(" "), &scratch.0, arguments);
        assert!(err.contains(&format!("error[{code}]")), "{arguments:?}: {err}");
    }
    insta::assert_snapshot!(refused("two", &scratch.0, &["lint", "deployed.json", "copy/deployed.json"]));
    // What is there already has ids that nobody gives twice, and one file is one however often it is named.
    for arguments in [
        &["lint", "-q", "nat.json", "snapshot.json"][..],
        &["lint", "-q", "nat.json", "./nat.json"],
        &["lint", "-q", "a.yaml", "--stack-name", "a=shop"],
    ] {
        let one = scratch.run(arguments);
        assert!(one.code != 2, "{}", one.err);
    }
}

#[test]
fn usage() {
    let scratch = Scratch::new("bad-usage")
        .with("fine.json", "{\"Vpcs\": []}")
        .with("unknown.toml", "[severity]\n\"nat/presnt\" = \"warning\"\n")
        .with("level.toml", "[severity]\n\"nat/present\" = \"fatal\"\n");
    let mut said = String::new();
    let mut tell = |what: &str, arguments: &[&str]| {
        let err = refused(what, &scratch.0, arguments);
        said.push_str(&format!("=== {what}\n{err}\n"));
    };
    tell("--select", &["lint", "fine.json", "--select", "nat/presnt"]);
    tell("--ignore", &["lint", "fine.json", "--ignore", "nta"]);
    tell("--severity of a rule", &["lint", "fine.json", "--severity", "no-such-thing=error"]);
    tell("--severity of a level", &["lint", "fine.json", "--severity", "nat/present=fatal"]);
    tell("--severity without a level", &["lint", "fine.json", "--severity", "nat/present"]);
    tell("all at once", &["lint", "fine.json", "--select", "nat/presnt,", "--ignore", "x", "--config", "unknown.toml"]);
    tell("a rule of the configuration", &["lint", "fine.json", "--config", "unknown.toml"]);
    tell("a level of the configuration", &["lint", "fine.json", "--config", "level.toml"]);
    tell("--format", &["lint", "fine.json", "--format", "yaml"]);
    tell("--output", &["lint", "fine.json", "--output", "yaml=x"]);
    tell("--output without a file", &["lint", "fine.json", "--output", "json"]);
    tell("--needs", &["lint", "fine.json", "--subnet", "subnet-1", "--needs", "tcp://db:99999,lgs,https://"]);
    tell("--needs without a subnet", &["lint", "fine.json", "--needs", "s3"]);
    tell("--fail-on", &["lint", "fine.json", "--fail-on", "errors"]);
    tell("no path", &["lint"]);
    tell("an unknown flag", &["lint", "fine.json", "--selct", "nat"]);
    tell("an unknown command", &["lnt", "fine.json"]);
    tell("--port", &["trace", "fine.json", "--from", "x", "--to", "s3", "--port", "70000"]);
    insta::assert_snapshot!(said);
}

/// As some editors and PowerShell's `Out-File -Encoding utf8` write it.
#[test]
fn a_byte_order_mark_is_no_fault() {
    let plain = format!("{:#}", broken());
    let scratch = Scratch::new("bom").with("x.json", &plain);
    let without = scratch.run(&["lint", "x.json", "--format", "json"]);
    let scratch = scratch.with("x.json", &format!("\u{feff}{plain}"));
    let with = scratch.run(&["lint", "x.json", "--format", "json"]);
    assert_eq!((with.code, with.err.as_str()), (1, ""));
    let places = |said: &Run| -> Vec<(Value, Value, Value)> {
        let document: Value = serde_json::from_str(&said.out).expect("JSON");
        let findings = document["findings"].as_array().cloned().unwrap_or_default();
        let place =
            |one: &Value| (one["rule"].clone(), one["resource"]["id"].clone(), one["locations"][0]["pointer"].clone());
        findings.iter().map(place).collect()
    };
    assert!(!places(&with).is_empty());
    assert_eq!(places(&with), places(&without));
    let wrong = refused_bytes("a mark and a mistake", "\u{feff}{\"Vpcs\": [],\n \"Subnets\": [7]}".as_bytes());
    assert!(wrong.contains("x.json:2:14") && wrong.contains("`/Subnets/0`"), "{wrong}");
    let wrong = refused_bytes("a mark and a duplicate", "\u{feff}{\"Vpcs\": [], \"Vpcs\": []}".as_bytes());
    assert!(wrong.contains("first here") && wrong.contains("and again here"), "{wrong}");
}

/// What is said stays short and shows the place, whatever the line's length.
#[test]
fn one_line_of_100_kb() {
    let filler = "é".repeat(50_000);
    let case = |inner: &str| format!("{{\"Note\": \"{filler}\", {inner}, \"After\": \"{filler}\"}}").into_bytes();
    let said = told(&[
        ("a wrong type", case("\"Vpcs\": [{\"VpcId\": 7}]")),
        ("no JSON", case("\"Vpcs\": [}")),
        ("a duplicate far away", case("\"Vpcs\": [], \"Note\": 1")),
        ("an address", case("\"Vpcs\": [{\"VpcId\": \"vpc-1\", \"CidrBlock\": \"ten\"}]")),
        ("cut off", format!("{{\"Vpcs\": [], \"Note\": \"{filler}").into_bytes()),
    ]);
    insta::assert_snapshot!(said);
}
