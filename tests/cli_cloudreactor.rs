//! Tasks of CloudReactor's deployer, judged before they are deployed.

mod cli_support;

use cli_support::{Run, Scratch};

/// A VPC with a public subnet and two private ones behind a NAT gateway.
const NETWORK: &str = include_str!("../fixtures/rules/nat/in-public-subnet/pass.json");
const PUBLIC: &str = "subnet-0238e36be509fd2ee";
const PRIVATE: &str = "subnet-04c2cb0f785a4be86";
const GROUP: &str = "sg-0dc2974ad1d8fc7ac";

/// A project in the form of the deployer's schema 4, with these settings of its environment.
fn project(production: &str) -> Scratch {
    let common = format!(
        "schema_version: 4\n\
         project_metadata:\n  name: shop\n\
         project_aws:\n  network:\n    subnets:\n      - {PRIVATE}\n    security_groups:\n      - {GROUP}\n    assign_public_ip: false\n\
         project_task_name_to_config:\n  web_server:\n    command: ./serve\n  report:\n    command: ./report\n"
    );
    Scratch::new("project")
        .with("network.json", NETWORK)
        .with("deploy_config/vars/common.yml", &common)
        .with("deploy_config/vars/production.yml", production)
}

fn lint(project: &Scratch, more: &[&str]) -> Run {
    let flags = ["lint", "network.json", "--cloudreactor", "deploy_config/vars", "--environment", "production"];
    project.run(&[&flags, more].concat())
}

#[test]
fn tasks_behind_a_nat_gateway_reach_what_they_need() {
    let run = lint(&project("env_cloudreactor:\n  deploy_api_key: xxx\n"), &["--format", "json"]);
    assert_eq!((run.code, run.faults()), (0, Vec::new()), "{run:#?}");
    let workloads = run.json()["workloads"].clone();
    for name in ["shop_web_server_production", "shop_report_production"] {
        let workload = workloads.as_array().into_iter().flatten().find(|workload| workload["name"] == name);
        let flows = workload.map(|workload| workload["flows"].to_string()).unwrap_or_default();
        assert!(flows.contains("\"destination\":\"internet\"") && flows.contains("ecr.api"), "{name}: {workloads}");
        assert!(flows.contains(PRIVATE), "{name}: {workloads}");
    }
}

#[test]
fn a_task_in_a_public_subnet_needs_an_address() {
    let own = format!(
        "env_task_name_to_config:\n  web_server:\n    aws:\n      network:\n        subnets:\n          - {PUBLIC}\n"
    );
    let run = lint(&project(&own), &[]);
    assert_eq!(run.code, 1, "{run:#?}");
    // The setting that keeps the address away stands in the common file.
    assert!(run.out.contains("deploy_config/vars/common.yml:10:23"), "{run:#?}");
    assert!(run.out.contains("assign_public_ip: false") && run.out.contains("shop_web_server_production"), "{run:#?}");
    assert!(!run.out.contains("shop_report_production in"), "the other task works: {run:#?}");
    // It is no service, and the deployer sets it again each time.
    let help = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("`assign_public_ip: True`") && help.contains("production.yml"), "{run:#?}");
    assert!(!run.out.contains("aws ecs update-service"), "{run:#?}");
    let repaired = project(&format!("{own}        assign_public_ip: True\n"));
    assert_eq!(lint(&repaired, &[]).code, 0);
}

#[test]
fn the_older_form_and_its_folder_are_read() {
    let common = format!(
        "project_name: shop\ndefault_task_config:\n  ecs:\n    task:\n      network:\n        subnets: [{PUBLIC}]\n        \
         security_groups: [{GROUP}]\ntask_name_to_config:\n  task_1:\n    command: python src/task_1.py\n"
    );
    let own = "default_env_task_config:\n  ecs:\n    task:\n      network:\n        assign_public_ip: True\n";
    let project = Scratch::new("project")
        .with("network.json", NETWORK)
        .with("deploy/vars/common.yml", &common)
        .with("deploy/vars/staging.yml", own);
    let flags =
        ["lint", "network.json", "--cloudreactor", "deploy/vars", "--environment", "staging", "--format", "json"];
    let run = project.run(&flags);
    assert_eq!(run.code, 0, "{run:#?}");
    assert!(run.json()["workloads"].to_string().contains("\"shop_task_1_staging\""), "{run:#?}");
}

#[test]
fn what_the_files_leave_open_is_incomplete() {
    let cases = [
        ("{subnets: null}", "the subnets of shop_web_server_production", "the Run Environment of `production` does"),
        (
            "{security_groups: [\"{{ lookup('env', 'GROUP') }}\"]}",
            "the security groups of shop_web_server_production",
            "`{{ lookup('env', 'GROUP') }}` is an expression that only the deployer can evaluate",
        ),
        (
            "{assign_public_ip: \"{{ public | bool }}\"}",
            "the public IP address of shop_web_server_production",
            "`{{ public | bool }}` is an expression",
        ),
    ];
    for (network, what, why) in cases {
        let project = project(&format!("env_task_name_to_config: {{web_server: {{aws: {{network: {network}}}}}}}\n"));
        let run = lint(&project, &["--format", "json"]);
        assert_eq!(run.code, 3, "{network}: {run:#?}");
        let told = run.json()["notChecked"].clone();
        let told: Vec<_> = told.as_array().into_iter().flatten().filter(|entry| entry["what"] == what).collect();
        let said = told.first().and_then(|entry| entry["why"].as_str()).unwrap_or_default();
        assert!(told.len() == 1 && said.contains(why), "{network}: {run:#?}");
        assert_eq!(lint(&project, &["--allow-incomplete"]).code, 0, "{network}");
    }
}

#[test]
fn trace_and_matrix_take_the_files_too() {
    let project = project("x: 1\n");
    let files = ["--cloudreactor", "deploy_config/vars", "--environment", "production"];
    let trace = project.run(
        &[&["trace", "network.json", "--from", "shop_report_production", "--to", "internet"], &files[..]].concat(),
    );
    assert_eq!(trace.code, 0, "{trace:#?}");
    assert!(trace.out.contains("nat-"), "{trace:#?}");
    let matrix = project.run(&[&["matrix", "network.json"], &files[..]].concat());
    assert!(matrix.code == 0 && matrix.out.contains("shop_report_production"), "{matrix:#?}");
}

#[test]
fn mistakes_are_shown_at_their_place() {
    let cases = [
        ("a-subnet-that-is-not-there", "env_aws:\n  network:\n    subnets:\n      - subnet-private-1\n"),
        ("no-list", "env_aws:\n  network:\n    subnets: subnet-1\n"),
        ("no-yaml", "env_aws:\n  network: [\n"),
        ("encrypted", "$ANSIBLE_VAULT;1.1;AES256\n6530\n"),
        ("a-key-twice", "env_aws: {}\nenv_aws: {}\n"),
    ];
    let mut said = String::new();
    for (name, own) in cases {
        let run = lint(&project(own), &[]);
        assert_eq!(run.code, 2, "{name}: {run:#?}");
        said.push_str(&format!("== {name}\n{}\n", run.err));
    }
    let elsewhere = project("x: 1\n");
    let calls = [
        ["--cloudreactor", "deploy_config/vars", "--environment", "staging"],
        ["--cloudreactor", "deploy_config", "--environment", "production"],
        ["--cloudreactor", "nowhere", "--environment", "production"],
    ];
    for flags in calls {
        let run = elsewhere.run(&[&["lint", "network.json"], &flags[..]].concat());
        assert_eq!(run.code, 2, "{flags:?}: {run:#?}");
        said.push_str(&format!("== {}\n{}\n", flags.join(" "), run.err));
    }
    let alone = elsewhere.run(&["lint", "network.json", "--cloudreactor", "deploy_config/vars"]);
    assert!(alone.code == 2 && alone.err.contains("--environment"), "{alone:#?}");
    insta::assert_snapshot!(said);
}

#[test]
fn all_may_stand_in_the_common_file() {
    for own in ["", "\n", "# nothing of its own\n", "---\n"] {
        let run = lint(&project(own), &["--format", "json"]);
        assert_eq!((run.code, run.faults()), (0, Vec::new()), "{own:?}: {run:#?}");
    }
}

#[test]
fn an_environment_that_is_misspelt_is_guessed() {
    for wanted in ["prodution", "productions", "Production"] {
        let flags = ["lint", "network.json", "--cloudreactor", "deploy_config/vars", "--environment", wanted];
        let run = project("x: 1\n").run(&flags);
        assert!(run.code == 2 && run.err.contains("did you mean `--environment production`?"), "{run:#?}");
    }
}
