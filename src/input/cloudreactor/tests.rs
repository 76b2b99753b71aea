use super::*;
use crate::snapshot::Source;

/// The tasks of an environment `production`, each in one line: its name, subnets, groups, public IP address and image.
fn lines(common: &str, own: &str) -> Result<Vec<String>, CloudReactorError> {
    let mut sources = Sources::default();
    let files = CloudReactor {
        environment: "production".into(),
        common: sources.add(Source::new("common.yml", common.to_owned())),
        own: sources.add(Source::new("production.yml", own.to_owned())),
    };
    let written = |location: &Location| {
        let at = sources.resolve(location);
        let source = sources.get(at.source);
        format!("{}:{}", source.name().trim_end_matches(".yml"), at.line)
    };
    let list = |setting: &Result<Vec<(String, Location)>, Open>| match setting {
        Ok(ids) => ids.iter().map(|(id, at)| format!("{id}@{}", written(at))).collect::<Vec<_>>().join("+"),
        Err(open) => format!("{open:?}"),
    };
    let line = |task: CloudReactorTask| {
        let public = match &task.assign_public_ip {
            Ok((value, at)) => {
                format!("{value}{}", at.as_ref().map_or(String::new(), |at| format!("@{}", written(at))))
            }
            Err(open) => format!("{open:?}"),
        };
        let image = task.image.as_ref().map_or(String::new(), |(image, _)| format!(" {image}"));
        let (subnets, groups) = (list(&task.subnets), list(&task.security_groups));
        format!("{} {subnets} {groups} {public}{image}", task.name)
    };
    Ok(files.tasks(&sources)?.into_iter().map(line).collect())
}

fn shown(common: &str, own: &str) -> Vec<String> {
    lines(common, own).unwrap_or_else(|error| vec![format!("{}: {error}", error.code())])
}

const FOUR: &str = "schema_version: 4\nproject_metadata: {name: shop}\n";

/// A file of schema 4 with these settings of the network at a level, a member for each.
fn network(lead: &str, subnet: &str) -> String {
    format!("{lead} {{network: {{subnets: [{subnet}]}}}}\n")
}

#[test]
fn the_levels_of_schema_4_count_in_the_deployer_s_order() {
    // From the one that counts least to the one that counts most, each added to those before it.
    let in_common = [
        network("project_aws:", "a"),
        String::new(),
        "project_task_config: {aws: {network: {subnets: [c]}}}\n".into(),
        "env_to_task_config: {production: {aws: {network: {subnets: [d]}}}, staging: {aws: {network: {subnets: [x]}}}}\n".into(),
        String::new(),
        "project_task_name_to_config: {web: {aws: {network: {subnets: [f]}}}}\n".into(),
        "env_to_task_name_to_config: {production: {web: {aws: {network: {subnets: [g]}}}}, staging: {web: {}}}\n".into(),
        String::new(),
    ];
    let in_own = [
        String::new(),
        network("env_aws:", "b"),
        String::new(),
        String::new(),
        "env_task_config: {aws: {network: {subnets: [e]}}}\n".into(),
        String::new(),
        String::new(),
        "env_task_name_to_config: {web: {aws: {network: {subnets: [h]}}}}\n".into(),
    ];
    for (level, expected) in ["a", "b", "c", "d", "e", "f", "g", "h"].into_iter().enumerate() {
        // The task itself must be named in any case.
        let named = if level < 5 { "project_task_name_to_config: {web: {command: run}}\n" } else { "" };
        let common = format!("{FOUR}{named}{}", in_common[..=level].concat());
        let own = format!("env_cloudreactor: {{deploy_api_key: xxx}}\n{}", in_own[..=level].concat());
        let found = shown(&common, &own);
        assert!(found[0].starts_with(&format!("shop_web_production {expected}@")), "{expected}: {found:?}");
    }
}

#[test]
fn the_levels_of_the_form_before_count_by_file_first() {
    let in_common = [
        "project_aws: {subnets: [a]}\n",
        "",
        "default_task_config: {ecs: {task: {network: {subnets: [c]}}}}\n",
        "task_name_to_config: {web: {ecs: {task: {network: {subnets: [d]}}}}}\n",
        "",
        "",
    ];
    let in_own = [
        "",
        "project_aws: {ecs: {task: {network: {subnets: [b]}}}}\n",
        "",
        "",
        "default_env_task_config: {ecs: {task: {network: {subnets: [e]}}}}\n",
        "task_name_to_env_config: {web: {ecs: {task: {network: {subnets: [f]}}}}}\n",
    ];
    for (level, expected) in ["a", "b", "c", "d", "e", "f"].into_iter().enumerate() {
        let named = if level < 3 { "task_name_to_config: {web: {command: run}}\n" } else { "" };
        let common = format!("project_name: shop\n{named}{}", in_common[..=level].concat());
        let own = format!("cloudreactor: {{deploy_api_key: xxx}}\n{}", in_own[..=level].concat());
        let found = shown(&common, &own);
        assert!(found[0].starts_with(&format!("shop_web_production {expected}@")), "{expected}: {found:?}");
    }
}

#[test]
fn settings_of_tasks() {
    let task = |text: &str| format!("{FOUR}project_task_name_to_config:\n  web: {text}\n");
    let aws = |text: &str| task(&format!("{{aws: {{network: {text}}}}}"));
    let full = "{subnets: [s-1, s-2], security_groups: [g-1], assign_public_ip: true}";
    let cases: &[(&str, String, &str, &[&str])] = &[
        ("all of it", aws(full), "x: 1", &["shop_web_production s-1@common:4+s-2@common:4 g-1@common:4 true@common:4"]),
        (
            "nothing of it",
            task("{command: run}"),
            "x: 1",
            &["shop_web_production RunEnvironment RunEnvironment RunEnvironment"],
        ),
        (
            "nothing of it, and nobody else has it",
            task("{command: run}"),
            "env_cloudreactor: {enabled: false}",
            &["shop_web_production Nobody Nobody false"],
        ),
        (
            "the words of YAML 1.1",
            aws("{subnets: [s-1], security_groups: [g-1], assign_public_ip: no}"),
            "x: 1",
            &["shop_web_production s-1@common:4 g-1@common:4 false@common:4"],
        ),
        (
            "taken back",
            aws(full),
            "env_task_name_to_config: {web: {aws: {network: {subnets: null, assign_public_ip: false}}}}",
            &["shop_web_production RunEnvironment g-1@common:4 false@production:1"],
        ),
        (
            "levels of comments alone",
            aws(full),
            "env_aws:\nenv_task_name_to_config:\n",
            &["shop_web_production s-1@common:4+s-2@common:4 g-1@common:4 true@common:4"],
        ),
        (
            "tasks that are not deployed",
            format!(
                "{FOUR}project_task_name_to_config: {{a: {{deployed: false}}, b: {{}}, c: {{deployed: \"True\"}}, d: {{removed_from_task_manager: yes}}}}\n"
            ),
            "env_task_name_to_config: {e: {}, b: {deployed: false}}",
            &[
                "shop_c_production RunEnvironment RunEnvironment RunEnvironment",
                "shop_e_production RunEnvironment RunEnvironment RunEnvironment",
            ],
        ),
        (
            "a name and an image of its own",
            task("{cloudreactor_task_name: \"{{ project_name }}-{{env}}\", ecs: {docker_image_name: nginx}}"),
            "x: 1",
            &["shop-production RunEnvironment RunEnvironment RunEnvironment nginx"],
        ),
        (
            "variables that the files know",
            aws(
                "{subnets: \"{{ nets.private }}\", security_groups: [\"{{ group }}\"], assign_public_ip: \"{{ public }}\"}",
            ),
            "nets: {private: [s-1]}\ngroup: \"g-{{ env }}\"\npublic: false\n",
            &["shop_web_production s-1@production:1 g-production@common:4 false@production:3"],
        ),
        (
            "expressions that they don't",
            aws(
                "{subnets: \"{{ lookup('env', 'NETS') }}\", security_groups: [g-1, \"{{ unknown }}\"], assign_public_ip: \"{{ a or b }}\"}",
            ),
            "x: 1",
            &["shop_web_production Expression(\"{{ lookup('env', 'NETS') }}\") Expression(\"{{ unknown }}\") \
               Expression(\"{{ a or b }}\")"],
        ),
        (
            "variables that lead to one another",
            aws("{subnets: \"{{ a }}\"}"),
            "a: \"{{ b }}\"\nb: \"{{ a }}\"",
            &["shop_web_production Expression(\"{{ a }}\") RunEnvironment RunEnvironment"],
        ),
        (
            "what is encrypted",
            aws("{subnets: !vault xyz}"),
            "x: 1",
            &["shop_web_production Expression(\"!vault\") RunEnvironment RunEnvironment"],
        ),
        (
            "anchors and merged mappings",
            format!(
                "{FOUR}base: &base {{network: {{subnets: [s-1]}}}}\nproject_task_name_to_config: {{web: {{aws: {{<<: *base}}}}}}\n"
            ),
            "x: 1",
            &["shop_web_production s-1@common:3 RunEnvironment RunEnvironment"],
        ),
        (
            "a variable of the environment in place of the common one",
            format!("{}project_aws: {{network: {{subnets: [s-1], security_groups: [g-1]}}}}\n", task("{}")),
            "project_aws: {network: {subnets: [s-2]}}",
            &["shop_web_production s-2@production:1 RunEnvironment RunEnvironment"],
        ),
        (
            "a name that is no list",
            aws("{subnets: s-1}"),
            "x: 1",
            &["cloudreactor/wrong-type: `subnets` must be a list of ids"],
        ),
        ("a number for an id", aws("{subnets: [1]}"), "x: 1", &["cloudreactor/wrong-type: `subnets` must be an id"]),
        (
            "no yes or no",
            aws("{assign_public_ip: 7}"),
            "x: 1",
            &["cloudreactor/wrong-type: `assign_public_ip` must be true or false"],
        ),
        (
            "a list for a mapping",
            aws("[s-1]"),
            "x: 1",
            &["cloudreactor/wrong-type: `assign_public_ip` must be a mapping with this key"],
        ),
        ("a list for a file", task("{}"), "- 1", &["cloudreactor/wrong-type: `the file` must be a mapping"]),
        (
            "another schema",
            "schema_version: 5".into(),
            "x: 1",
            &["cloudreactor/schema: these files have schema 5, and fargcheck reads schema 4 and the form before it"],
        ),
        (
            "another program's file",
            "services: {web: {}}".into(),
            "x: 1",
            &["cloudreactor/not-settings: this is not the configuration of CloudReactor's deployer"],
        ),
        ("no task", FOUR.into(), "x: 1", &["cloudreactor/no-task: no task is deployed to `production`"]),
        ("no YAML", format!("{FOUR}a: ]"), "x: 1", &["input/yaml"]),
        ("a key that stands twice", format!("{FOUR}schema_version: 4"), "x: 1", &["input/duplicate-key"]),
    ];
    for (what, common, own, expected) in cases {
        let found = shown(common, own);
        let same = found.len() == expected.len()
            && found
                .iter()
                .zip(*expected)
                .all(|(line, expected)| line == expected || line.starts_with(&format!("{expected}: ")));
        assert!(same, "{what}: {found:#?}");
    }
}
