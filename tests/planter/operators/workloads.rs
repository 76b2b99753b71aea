//! Services and their task definitions: where they run, what they need.

use super::*;

pub(crate) const OPERATORS: &[Operator] = &[
    Operator { name: "disable the tasks' public IP", plant: without_public_ip },
    Operator { name: "leave assignPublicIp out", plant: public_ip_left_out },
    Operator { name: "ask for a public IP in private subnets", plant: useless_public_ip },
    Operator { name: "add the public subnet to the service's private ones", plant: mixed },
    Operator {
        name: "name a subnet that is gone",
        plant: |sound| with_subnet(sound, |subnets| subnets[0] = json!("subnet-gone")),
    },
    Operator { name: "add another VPC's subnet", plant: foreign_subnet },
    Operator { name: "name six security groups", plant: six_groups },
    Operator { name: "let the network mode be bridge", plant: bridge },
    Operator { name: "pull the image from Docker Hub", plant: docker_hub },
    Operator {
        name: "pull the image from another region's ECR",
        plant: |sound| image(sound, "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", "nat/present"),
    },
    Operator { name: "send logs to another region", plant: logs_elsewhere },
    Operator { name: "fetch a secret from Parameter Store", plant: parameter },
    Operator { name: "turn ECS Exec on", plant: exec },
    Operator { name: "run more tasks than the subnets have addresses", plant: no_addresses },
    Operator { name: "run all tasks in one zone", plant: one_zone },
];

fn services(sound: &Architecture) -> impl Iterator<Item = Workload> {
    workloads(&sound.document).into_iter().filter(|workload| workload.is_service)
}

fn configured(sound: &Architecture, name: &str, change: impl FnOnce(&mut Value)) -> Value {
    changed(&sound.document, "services", name, |service| {
        change(&mut service["networkConfiguration"]["awsvpcConfiguration"])
    })
}

fn without_public_ip(sound: &Architecture) -> Vec<Case> {
    let public = services(sound).filter(|workload| workload.public_ip);
    public
        .map(|workload| {
            let document = configured(sound, &workload.name, |found| found["assignPublicIp"] = json!("DISABLED"));
            Case::fault(&workload.name, document, "workload/public-ip", &workload.name)
        })
        .collect()
}

fn public_ip_left_out(sound: &Architecture) -> Vec<Case> {
    let public = services(sound).filter(|workload| workload.public_ip);
    public
        .map(|workload| {
            let document = configured(sound, &workload.name, |found| {
                drop(found.as_object_mut().map(|found| found.remove("assignPublicIp")))
            });
            Case::fault(&workload.name, document, "workload/public-ip", &workload.name)
        })
        .collect()
}

fn useless_public_ip(sound: &Architecture) -> Vec<Case> {
    let private = services(sound).filter(|workload| !workload.public_ip);
    private
        .map(|workload| {
            let document = configured(sound, &workload.name, |found| found["assignPublicIp"] = json!("ENABLED"));
            let leads_out =
                |subnet: &String| target(&sound.document, &table_of(&sound.document, subnet), IPV4).is_some();
            match workload.subnets.iter().any(leads_out) {
                true if sound.leaves_by_instance() => {
                    Case::nothing(&workload.name, document, "an instance may lead on to an internet gateway")
                }
                true => Case::warned(
                    &workload.name,
                    document,
                    "workload/public-ip-useless",
                    &workload.name,
                    "nothing breaks; it is paid for, and the NAT gateway is used all the same",
                ),
                false => Case::nothing(&workload.name, document, "nothing leads out, with or without it"),
            }
        })
        .collect()
}

fn with_subnet(sound: &Architecture, change: fn(&mut Vec<Value>)) -> Vec<Case> {
    services(sound)
        .map(|workload| {
            let document = configured(sound, &workload.name, |found| change(items_mut(found, "subnets")));
            Case::fault(&workload.name, document, "workload/subnets-one-vpc", &workload.name)
        })
        .collect()
}

fn mixed(sound: &Architecture) -> Vec<Case> {
    let public = ids(&sound.document, "Subnets").into_iter().find(|subnet| {
        vpc_of(&sound.document, subnet) == sound.task_vpc()
            && target(&sound.document, &table_of(&sound.document, subnet), IPV4)
                .is_some_and(|target| target.starts_with("igw-"))
    });
    let Some(public) = public else { return Vec::new() };
    let private = services(sound).filter(|workload| !workload.public_ip);
    private
        .map(|workload| {
            let document = configured(sound, &workload.name, |found| items_mut(found, "subnets").push(json!(public)));
            Case::fault(&workload.name, document, "workload/mixed-subnets", &workload.name)
        })
        .collect()
}

fn foreign_subnet(sound: &Architecture) -> Vec<Case> {
    let foreign =
        ids(&sound.document, "Subnets").into_iter().find(|subnet| vpc_of(&sound.document, subnet) != sound.task_vpc());
    let Some(foreign) = foreign else { return Vec::new() };
    services(sound)
        .map(|workload| {
            let document = configured(sound, &workload.name, |found| items_mut(found, "subnets").push(json!(foreign)));
            Case::fault(&workload.name, document, "workload/subnets-one-vpc", &workload.name)
        })
        .collect()
}

fn six_groups(sound: &Architecture) -> Vec<Case> {
    services(sound)
        .map(|workload| {
            let mut account = Account { document: sound.document.clone() };
            for index in 0..5 {
                account.group("shop", &format!("extra-{index}"), &[], &[]);
            }
            change_in(&mut account.document, "services", &workload.name, |service| {
                let groups = items_mut(&mut service["networkConfiguration"]["awsvpcConfiguration"], "securityGroups");
                groups.extend((0..5).map(|index| json!(format!("sg-extra-{index}"))));
            });
            Case::fault(&workload.name, account.document, "workload/limits", &workload.name)
        })
        .collect()
}

fn defined(sound: &Architecture, name: &str, change: impl FnOnce(&mut Value)) -> Value {
    changed(&sound.document, "taskDefinitions", name, change)
}

fn bridge(sound: &Architecture) -> Vec<Case> {
    services(sound)
        .map(|workload| {
            let document = defined(sound, &workload.name, |definition| definition["networkMode"] = json!("bridge"));
            Case::fault(&workload.name, document, "workload/limits", &workload.name)
        })
        .collect()
}

const WAY_OUT: &str = "the tasks have a way to the internet";

/// What must be said of a need that leads to the internet: nothing where there is a way.
fn needing(sound: &Architecture, name: &str, document: Value, rule: &str, resource: &str) -> Case {
    match sound.has_way_out() {
        true => Case::nothing(name, document, WAY_OUT),
        false => Case::fault(name, document, rule, resource),
    }
}

fn image(sound: &Architecture, image: &str, rule: &str) -> Vec<Case> {
    workloads(&sound.document)
        .iter()
        .map(|workload| {
            let document = defined(sound, &workload.name, |definition| {
                definition["containerDefinitions"][0]["image"] = json!(image)
            });
            needing(
                sound,
                &workload.name,
                document,
                rule,
                if rule == "nat/present" { sound.task_vpc() } else { &workload.name },
            )
        })
        .collect()
}

fn docker_hub(sound: &Architecture) -> Vec<Case> {
    image(sound, "nginx:1.27", "workload/public-registry")
}

fn logs_elsewhere(sound: &Architecture) -> Vec<Case> {
    workloads(&sound.document)
        .iter()
        .map(|workload| {
            let document = defined(sound, &workload.name, |definition| {
                definition["containerDefinitions"][0]["logConfiguration"]["options"]["awslogs-region"] =
                    json!("eu-west-1");
            });
            needing(sound, &workload.name, document, "nat/present", sound.task_vpc())
        })
        .collect()
}

fn parameter(sound: &Architecture) -> Vec<Case> {
    workloads(&sound.document)
        .iter()
        .map(|workload| {
            let document = defined(sound, &workload.name, |definition| {
                definition["containerDefinitions"][0]["secrets"] =
                    json!([{ "name": "KEY", "valueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/app/key" }]);
            });
            needing(sound, &workload.name, document, "endpoint/needed", sound.task_vpc())
        })
        .collect()
}

fn exec(sound: &Architecture) -> Vec<Case> {
    services(sound)
        .map(|workload| {
            let document = changed(&sound.document, "services", &workload.name, |service| {
                service["enableExecuteCommand"] = json!(true)
            });
            match sound.has_way_out() {
                true => Case::nothing(&workload.name, document, WAY_OUT),
                false => Case::warned(
                    &workload.name,
                    document,
                    "endpoint/needed",
                    sound.task_vpc(),
                    "the tasks run without ECS Exec",
                ),
            }
        })
        .collect()
}

fn no_addresses(sound: &Architecture) -> Vec<Case> {
    services(sound)
        .map(|workload| {
            let document = changed(&sound.document, "services", &workload.name, |service| service["desiredCount"] = json!(600));
            let mut told = vec![warning("workload/addresses", &workload.name)];
            let one_zone = workload.subnets.len() == 1;
            if one_zone {
                told.push(warning("workload/zones", &workload.name));
            }
            let nat = ids(&sound.document, "NatGateways");
            let hangs = nat.len() == 1 && !one_zone && items(&sound.document, "NatGateways").all(|nat| nat["SubnetId"].is_string());
            if hangs && sound.warned.is_empty() {
                told.push(warning("nat/zone-redundancy", &nat[0]));
            }
            Case::several(&workload.name, document, told, "tasks that get no address wait; those that run go on; so many in one zone, or behind one NAT gateway, are told as well")
        })
        .collect()
}

fn one_zone(sound: &Architecture) -> Vec<Case> {
    let spread = services(sound).filter(|workload| workload.subnets.len() > 1);
    spread
        .map(|workload| {
            let document = changed(&sound.document, "services", &workload.name, |service| {
                service["desiredCount"] = json!(2);
                items_mut(&mut service["networkConfiguration"]["awsvpcConfiguration"], "subnets").truncate(1);
            });
            Case::warned(&workload.name, document, "workload/zones", &workload.name, "it works until the zone fails")
        })
        .collect()
}
