//! Findings that are known: exceptions of the configuration, tags of resources, baselines.

mod cli_support;

use cli_support::{Run, Scratch};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A NAT gateway in a private subnet, which stops everything.
const BROKEN: &str = "fixtures/rules/nat/in-public-subnet/fail.json";
const RULE: &str = "nat/in-public-subnet";

fn broken() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(BROKEN);
    serde_json::from_str(&fs::read_to_string(path).expect("the fixture is checked in")).expect("the fixture is JSON")
}

fn scratch(document: &Value) -> Scratch {
    Scratch::new("known").with("x.json", &format!("{document:#}"))
}

/// The id of the NAT gateway that is accused, and its name.
fn nat() -> (String, String) {
    let found = scratch(&broken()).run(&["lint", "x.json", "--format", "json"]).json();
    let finding = found["findings"].as_array().and_then(|all| all.iter().find(|one| one["rule"] == RULE)).cloned();
    let resource = finding.expect("the fixture breaks the rule")["resource"].clone();
    let text = |key: &str| resource[key].as_str().unwrap_or_default().to_owned();
    (text("id"), text("name"))
}

/// Rules of the findings that are reported, the ignored, the baselined.
fn told(run: &Run) -> (Vec<String>, u64, u64) {
    let summary = &run.json()["summary"];
    let number = |key: &str| summary[key].as_u64().expect("a number");
    (run.faults(), number("ignored"), number("baselined"))
}

#[test]
fn exceptions_cover_what_they_name_until_their_last_day() {
    let (id, name) = nat();
    // The exception, the flags, the exit code, how many are ignored, and what is said of the exception itself.
    type Case<'c> = (String, &'c [&'c str], i32, u64, &'c str);
    let entry = |rule: &str, more: &str| format!("[[exception]]\nrule = \"{rule}\"\nreason = \"known\"\n{more}\n");
    let arn =
        |region: &str, account: &str, kind: &str| format!("resource = \"arn:aws:ec2:{region}:{account}:{kind}/{id}\"");
    let cases: &[Case<'_>] = &[
        (String::new(), &[], 1, 0, ""),
        (entry(RULE, ""), &[], 0, 1, ""),
        (entry("nat", ""), &[], 0, 1, ""),
        (entry(RULE, &format!("resource = \"{id}\"")), &[], 0, 1, ""),
        (entry(RULE, &format!("resource = \"{name}\"")), &[], 0, 1, ""),
        (entry(RULE, "resource = \"nat-another\""), &[], 1, 0, "unused-exception"),
        (entry(RULE, &arn("us-east-1", "123456789012", "natgateway")), &[], 0, 1, ""),
        (entry(RULE, &arn("eu-west-1", "123456789012", "natgateway")), &[], 1, 0, "unused-exception"),
        (entry(RULE, &arn("us-east-1", "210987654321", "natgateway")), &[], 1, 0, "unused-exception"),
        (entry(RULE, &arn("us-east-1", "123456789012", "subnet")), &[], 1, 0, "unused-exception"),
        (entry("dns", ""), &[], 1, 0, "unused-exception"),
        (entry(RULE, "expires = \"9999-12-31\""), &[], 0, 1, ""),
        (entry(RULE, "expires = \"2020-12-31\""), &[], 1, 0, "expired-exception"),
        (entry("dns", "expires = \"2020-12-31\""), &[], 1, 0, "unused-exception"),
        (entry(RULE, ""), &["--no-ignores"], 1, 0, ""),
        (format!("ignore = [\"{RULE}\"]"), &["--no-ignores"], 1, 0, ""),
        // Of a rule that was not run nothing can be said.
        (entry("dns", ""), &["--select", RULE], 1, 0, ""),
    ];
    for (text, flags, code, ignored, said) in cases {
        let run = scratch(&broken())
            .with("fargcheck.toml", text)
            .run(&[&["lint", "x.json", "--format", "json"], *flags].concat());
        assert_eq!(run.code, *code, "{text} {flags:?} {run:#?}");
        assert_eq!((told(&run).1, run.err.is_empty()), (*ignored, said.is_empty()), "{text} {flags:?} {run:#?}");
        assert!(run.err.contains(said) && !run.err.contains("error["), "{text} {run:#?}");
    }
}

#[test]
fn what_is_wrong_with_an_exception_is_shown_at_its_place() {
    let cases = [
        ("no reason", "[[exception]]\nrule = \"nat\"\n"),
        ("an empty reason", "[[exception]]\nrule = \"nat\"\nreason = \" \"\n"),
        ("no rule of this name", "[[exception]]\nrule = \"nat/presnt\"\nreason = \"a\"\n"),
        ("no date", "[[exception]]\nrule = \"nat\"\nreason = \"a\"\nexpires = \"2027-02-30\"\n"),
        ("an empty resource", "[[exception]]\nrule = \"nat\"\nreason = \"a\"\nresource = \"\"\n"),
        ("all at once", "[[exception]]\nrule = \"nta\"\nreason = \"\"\nexpires = \"soon\"\n"),
    ];
    let mut said = String::new();
    for (what, text) in cases {
        let run = scratch(&broken()).with("fargcheck.toml", text).run(&["lint", "x.json"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{what} {run:#?}");
        said.push_str(&format!("=== {what}\n{}\n", run.err));
    }
    let old = "[[exception]]\nrule = \"nat\"\nresource = \"a\"\nreason = \"a\"\n\n[[exception]]\nrule = \"nat\"\nreason = \"a\"\nexpires = \"2020-01-01\"\n";
    let run = scratch(&broken()).with("fargcheck.toml", old).run(&["lint", "x.json", "-q"]);
    said.push_str(&format!("=== one unused, one expired\n{}\n", run.err));
    insta::assert_snapshot!(said);
}

#[test]
fn tags_cover_findings_on_their_own_resource() {
    // The list, the tag, the flags, the exit code, how many are ignored, and what is said of the tag.
    type Case<'c> = (&'c str, &'c str, &'c [&'c str], i32, u64, &'c str);
    let cases: &[Case<'_>] = &[
        ("NatGateways", RULE, &[], 0, 1, ""),
        ("NatGateways", "dns/support, nat", &[], 0, 1, ""),
        ("NatGateways", "*", &[], 0, 1, ""),
        // Not every API's tags may have commas and asterisks.
        ("NatGateways", "dns/support nat/in-public-subnet", &[], 0, 1, ""),
        ("NatGateways", "all", &[], 0, 1, ""),
        ("NatGateways", ",,, ,", &[], 1, 0, "it names no rule"),
        ("NatGateways", "dns", &[], 1, 0, ""),
        ("NatGateways", RULE, &["--no-ignores"], 1, 0, ""),
        ("NatGateways", "nat/presnt", &[], 1, 0, "`nat/presnt` is no rule or group"),
        ("NatGateways", "in-public-subnet", &[], 1, 0, "did you mean `nat/in-public-subnet`?"),
        ("NatGateways", "", &[], 1, 0, "it names no rule"),
        ("NatGateways", "\u{1b}[2J\u{202e}nat,,, ,\u{0}", &[], 1, 0, "is no rule or group"),
        // A tag speaks for its own resource alone.
        ("Vpcs", RULE, &[], 1, 0, ""),
        ("Subnets", "*", &[], 1, 0, ""),
    ];
    for (list, value, flags, code, ignored, said) in cases {
        let mut document = broken();
        for element in document[list].as_array_mut().expect("the fixture has such a list") {
            element["Tags"] = json!([{"Key": "Name", "Value": "shop"}, {"Key": "fargcheck:ignore", "Value": value}]);
        }
        let scratch = scratch(&document);
        let run = scratch.run(&[&["lint", "x.json", "--format", "json"], *flags].concat());
        assert_eq!(run.code, *code, "{list} {value:?} {flags:?} {run:#?}");
        assert_eq!(told(&run).1, *ignored, "{list} {value:?} {run:#?}");
        let human = scratch.run(&[&["lint", "x.json"], *flags].concat());
        assert!(human.out.contains(said), "{list} {value:?} {human:#?}");
        assert_eq!(human.out.contains("the tag fargcheck:ignore of"), !said.is_empty(), "{list} {value:?} {human:#?}");
        assert!(!human.out.contains(['\u{1b}', '\u{202e}', '\u{0}']), "{human:#?}");
    }
}

/// What a tag names and covers nothing is said on standard error, and changes nothing else.
#[test]
fn names_in_a_tag_that_cover_nothing_are_told() {
    // The tag, the flags, and the names that are told.
    let cases: &[(&str, &[&str], Option<&str>)] = &[
        (RULE, &[], None),
        ("nat", &[], None),
        ("*", &[], None),
        ("all", &[], None),
        ("dns/support nat", &[], Some("`dns/support`")),
        ("dns igw/attached nat/in-public-subnet", &[], Some("`dns`, `igw/attached`")),
        ("dns nat", &["--no-ignores"], None),
        // What is not run can't be said to cover nothing.
        ("dns/support nat", &["--ignore", "dns/support"], None),
        ("dns nat", &["--ignore", "dns/support"], None),
        ("dns/suport nat", &[], None),
    ];
    for (value, flags, idle) in cases {
        let mut document = broken();
        document["NatGateways"][0]["Tags"] = json!([{ "Key": "fargcheck:ignore", "Value": value }]);
        let run = scratch(&document).run(&[&["lint", "x.json"], *flags].concat());
        match idle {
            None => assert!(!run.err.contains("tag/unused"), "{value} {flags:?}: {run:#?}"),
            Some(names) => {
                let text = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(text.contains("warning[tag/unused]"), "{value}: {run:#?}");
                assert!(text.contains(&format!("covers no finding of {names}")), "{value}: {run:#?}");
                assert!(text.contains("\"Tags\": [") && text.contains("these tags"), "{value}: {run:#?}");
            }
        }
    }
    // What can't be judged for want of data may be there.
    let mut document = broken();
    document["Vpcs"][0]["Tags"] = json!([{ "Key": "fargcheck:ignore", "Value": "vpc/flow-logs" }]);
    document["FlowLogs"] =
        json!([{ "FlowLogId": "fl-1", "FlowLogStatus": "ACTIVE", "ResourceId": document["Vpcs"][0]["VpcId"] }]);
    let run = scratch(&document).run(&["lint", "x.json"]);
    assert!(run.err.contains("`vpc/flow-logs`"), "{run:#?}");
    document.as_object_mut().expect("a document").remove("FlowLogs");
    let run = scratch(&document).run(&["lint", "x.json"]);
    assert!(run.out.contains("vpc/flow-logs") && !run.err.contains("tag/unused"), "{run:#?}");
}

#[test]
fn a_baseline_holds_what_was_found_and_nothing_else() {
    let (id, name) = nat();
    let whole = scratch(&broken());
    let written = whole.run(&["lint", "x.json", "--write-baseline", "known.json", "--format", "json"]);
    assert_eq!(written.code, 0, "{written:#?}");
    let (none, 0, number) = told(&written) else { panic!("{written:#?}") };
    assert!(none.is_empty() && number > 0, "{written:#?}");
    let baseline = fs::read_to_string(whole.0.join("known.json")).expect("it was written");

    let text = broken().to_string();
    let mut reordered = broken();
    for list in reordered.as_object_mut().expect("an object").values_mut().filter_map(Value::as_array_mut) {
        list.reverse();
    }
    let mut unnamed = broken();
    for element in unnamed["NatGateways"].as_array_mut().expect("a list") {
        element["Tags"] = json!([]);
    }
    let renamed = |text: &str| text.replace(&id, "nat-0ffffffffffffffff");
    assert!(!name.is_empty(), "the fixture names its NAT gateway");
    let cases = [
        ("the same", text.clone(), 0),
        ("laid out otherwise", format!("{:#}", broken()), 0),
        ("in another order", reordered.to_string(), 0),
        ("made anew under its name", renamed(&text), 0),
        ("made anew without a name", renamed(&unnamed.to_string()), 1),
        ("without a name under its id", unnamed.to_string(), 0),
    ];
    for (what, text, code) in cases {
        let scratch = Scratch::new("baseline").with("known.json", &baseline).with("y.json", &text);
        let run = scratch.run(&["lint", "y.json", "--baseline", "known.json", "--format", "json"]);
        assert_eq!(run.code, code, "{what} {run:#?}");
        assert_eq!(told(&run).0.len(), code as usize, "{what} {run:#?}");
    }

    // An entry holds one finding: the second of its kind is new.
    let mut twice = broken();
    let gateways = twice["NatGateways"].as_array_mut().expect("a list");
    let mut other = gateways[0].clone();
    other["NatGatewayId"] = json!("nat-0eeeeeeeeeeeeeeee");
    gateways.push(other);
    for table in twice["RouteTables"].as_array_mut().into_iter().flatten() {
        let mut routes = table["Routes"].as_array().cloned().unwrap_or_default();
        for mut route in routes.clone() {
            if route["NatGatewayId"].is_string() {
                route["NatGatewayId"] = json!("nat-0eeeeeeeeeeeeeeee");
                route["DestinationCidrBlock"] = json!("52.0.0.0/8");
                routes.push(route);
            }
        }
        table["Routes"] = json!(routes);
    }
    let scratch = Scratch::new("baseline").with("known.json", &baseline).with("y.json", &twice.to_string());
    let run = scratch.run(&["lint", "y.json", "--baseline", "known.json", "--format", "json"]);
    assert_eq!((run.code, told(&run).0), (1, vec![RULE.to_owned()]), "{run:#?}");
}

#[test]
fn a_baseline_follows_rules_that_were_renamed_and_says_what_is_gone() {
    let rule = "title = \"A VPC is ours\"\nseverity = \"error\"\nsubject = \"vpc\"\nrequire = \"vpc.id == 'x'\"\n\
        message = \"{vpc} is not ours\"\nhelp = \"h\"\n";
    let text = r#"{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}], "services": []}"#;
    let lint = ["lint", "x.json", "--rules", "own", "--select", "team", "--allow-incomplete"];
    let scratch = Scratch::new("renamed").with("own/team/old.toml", rule).with("x.json", text);
    assert_eq!(scratch.run(&[&lint[..], &["--write-baseline", "known.json"]].concat()).code, 0);
    fs::remove_file(scratch.0.join("own/team/old.toml")).expect("it is there");
    let scratch = scratch.with("own/team/new.toml", &format!("{rule}aliases = [\"team/old\"]\n"));
    let run = scratch.run(&[&lint[..], &["--baseline", "known.json"]].concat());
    assert!(run.code == 0 && run.out.contains("; 1 in the baseline"), "{run:#?}");
    let scratch = scratch.with("x.json", r#"{"Vpcs": [{"VpcId": "x", "CidrBlock": "10.0.0.0/16"}], "services": []}"#);
    let run = scratch.run(&[&lint[..], &["--baseline", "known.json"]].concat());
    assert!(run.out.contains("the baseline known.json: one of its findings is gone"), "{run:#?}");
}

#[test]
fn what_is_no_baseline_is_refused() {
    let cases = [
        ("{}", "baseline/not-a-baseline"),
        ("[]", "baseline/not-a-baseline"),
        ("{\"schema\": 1, \"findings\": [{\"rule\": 3}]}", "baseline/not-a-baseline"),
        ("{\"schema\": 2, \"findings\": []}", "baseline/newer-schema"),
    ];
    for (text, said) in cases {
        let run = scratch(&broken()).with("b.json", text).run(&["lint", "x.json", "--baseline", "b.json"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{text} {run:#?}");
        assert!(run.err.contains(said), "{text} {run:#?}");
    }
    let run = scratch(&broken()).run(&["lint", "x.json", "--baseline", "gone.json"]);
    assert!(
        run.code == 2 && run.err.contains("baseline/unreadable") && run.err.contains("--write-baseline"),
        "{run:#?}"
    );
    let run = scratch(&broken()).run(&["lint", "x.json", "--baseline", "a", "--write-baseline", "b"]);
    assert_eq!(run.code, 2, "{run:#?}");
    let run = scratch(&broken()).run(&["lint", "x.json", "--write-baseline", "no/such/folder/b.json"]);
    assert!(run.code == 2 && run.err.contains("no/such/folder/b.json"), "{run:#?}");
}

/// The same ids in two accounts: a tag and a baseline entry of one don't speak for the other.
#[test]
fn accounts_are_told_apart() {
    let of = |account: &str, tag: bool| {
        let mut document = broken();
        document["fargcheck"] = json!({"account": account, "region": "us-east-1"});
        if tag {
            for element in document["NatGateways"].as_array_mut().expect("a list") {
                element["Tags"] = json!([{"Key": "fargcheck:ignore", "Value": "nat"}]);
            }
        }
        document.to_string()
    };
    let scratch =
        Scratch::new("accounts").with("a.json", &of("111111111111", true)).with("b.json", &of("222222222222", false));
    let run = scratch.run(&["lint", "a.json", "b.json", "--format", "json"]);
    let accounts: Vec<Value> =
        run.json()["findings"].as_array().into_iter().flatten().map(|finding| finding["account"].clone()).collect();
    assert_eq!((accounts, told(&run).1), (vec![json!("222222222222")], 1), "{run:#?}");
    assert_eq!(scratch.run(&["lint", "b.json", "--write-baseline", "known.json"]).code, 0);
    let run =
        scratch.run(&["lint", "a.json", "b.json", "--baseline", "known.json", "--no-ignores", "--format", "json"]);
    let accounts: Vec<Value> =
        run.json()["findings"].as_array().into_iter().flatten().map(|finding| finding["account"].clone()).collect();
    assert_eq!((accounts, told(&run).2), (vec![json!("111111111111")], 1), "{run:#?}");
}

#[test]
fn what_is_no_baseline_is_said_in_plain_words() {
    let entry = r#"{"rule": "nat/x", "type": "AWS::EC2::NatGateway", "id": "nat-1"}"#;
    let cases = [
        ("", "it is not JSON (line 1, column 0)"),
        ("{\"schema\": 1,", "it is not JSON (line 1, column 13)"),
        ("[]", "it lacks `schema`, or `findings`"),
        ("[1, []]", "it lacks `schema`, or `findings`"),
        ("\"x\"", "it lacks `schema`, or `findings`"),
        ("{\"schema\": 1}", "it lacks `schema`, or `findings`"),
        (r#"{"schema": 1, "findings": [{"rule": "nat/x"}]}"#, "each with its `rule`, `type` and `id`"),
        (r#"{"schema": 9, "findings": []}"#, "has schema 9"),
    ];
    for (text, said) in cases {
        let run = scratch(&broken()).with("b.json", text).run(&["lint", "x.json", "--baseline", "b.json"]);
        assert_eq!(run.code, 2, "{text} {run:#?}");
        let words = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(said) && !words.contains("struct") && !words.contains("expected"), "{text} {run:#?}");
    }
    let good = format!(r#"{{"schema": 1, "findings": [{entry}]}}"#);
    let run = scratch(&broken()).with("b.json", &good).run(&["lint", "x.json", "--baseline", "b.json"]);
    assert!(run.out.contains("one of its findings is gone"), "{run:#?}");
}

#[test]
fn an_entry_that_stands_in_a_baseline_twice_is_not_said_to_be_gone() {
    let whole = scratch(&broken());
    assert_eq!(whole.run(&["lint", "x.json", "--write-baseline", "b.json"]).code, 0);
    let path = whole.0.join("b.json");
    let mut baseline: Value = serde_json::from_str(&fs::read_to_string(&path).expect("a file")).expect("JSON");
    let entries = baseline["findings"].as_array_mut().expect("a list");
    entries.extend_from_within(..1);
    fs::write(&path, baseline.to_string()).expect("it can be written");
    let run = whole.run(&["lint", "x.json", "--baseline", "b.json"]);
    assert!(run.out.contains("one of its entries is there more often than there are such findings"), "{run:#?}");
    assert!(!run.out.contains("gone"), "{run:#?}");
}

#[test]
fn what_is_no_document_of_address_ranges_is_said_so() {
    let other = "this is not AWS's document of address ranges";
    let cases =
        [("[]", other), ("\"x\"", other), ("7", other), ("null", other), ("{\"a\": 1}", other), ("", "is empty")];
    for (text, said) in cases {
        let run = scratch(&broken()).with("r.json", text).run(&["lint", "x.json", "--ip-ranges", "r.json"]);
        assert!(run.code == 2 && run.err.contains(said), "{text} {run:#?}");
        assert!(run.err.contains("https://ip-ranges.amazonaws.com/ip-ranges.json"), "{text} {run:#?}");
    }
    for command in [&["lint", "x.json"][..], &["facts", "x.json"], &["explain", "nat", "--snapshot", "x.json"]] {
        let run = scratch(&broken()).run(&[command, &["--ip-ranges", "none.json"]].concat());
        assert!(run.code == 2 && run.err.contains("can't read `none.json`"), "{run:#?}");
        assert!(run.err.contains("--ip-ranges takes the file that AWS publishes"), "{run:#?}");
    }
}
