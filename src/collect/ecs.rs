//! What runs: Amazon ECS. Lists give names only, so each page of a list starts the calls that describe it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_ecs::types::{DesiredStatus, Failure as EcsFailure, Service, Task};
use tokio::task::JoinSet;

use super::calls::Call;
use super::failure::Failure;
use super::session::{Session, ToJsonList, finish};
use super::shapes::ToJson;

/// The greatest `maxResults` of the lists, and the most clusters and tasks that one call describes.
const MOST: usize = 100;

/// The most services that one DescribeServices describes.
const SERVICES: usize = 10;

/// What the tasks of this module share.
struct Run {
    session: Arc<Session>,
    /// The task definitions that have been asked for.
    definitions: Mutex<HashSet<String>>,
}

pub(super) fn spawn(tasks: &mut JoinSet<()>, session: &Arc<Session>) {
    let run = Run { session: Arc::clone(session), definitions: Mutex::default() };
    tasks.spawn(clusters(Arc::new(run)));
}

/// ListClusters unless clusters were named, then everything in them.
async fn clusters(run: Arc<Run>) {
    let s = &run.session;
    let mut tasks = JoinSet::new();
    let known = if s.clusters.is_empty() {
        let send = |token| s.clients.ecs.list_clusters().max_results(MOST as i32).set_next_token(token).send();
        let each = |page: &[String]| start(&mut tasks, &run, page);
        s.pages(Call::ListClusters, send, |answer| (answer.cluster_arns, answer.next_token), each).await.map(|_| ())
    } else {
        start(&mut tasks, &run, &s.clusters);
        Ok(())
    };
    match known {
        Ok(()) => ["clusters", "services", "tasks", "taskDefinitions"].into_iter().for_each(|key| s.know(key)),
        Err(failure) => {
            s.miss(Call::ListClusters, None, &failure);
            for call in [
                Call::DescribeClusters,
                Call::ListServices,
                Call::DescribeServices,
                Call::ListTasks,
                Call::DescribeTasks,
                Call::DescribeTaskDefinition,
            ] {
                s.miss(call, None, &Failure::Needs(Call::ListClusters));
            }
        }
    }
    finish(tasks).await;
}

fn start(tasks: &mut JoinSet<()>, run: &Arc<Run>, clusters: &[String]) {
    for batch in clusters.chunks(MOST) {
        tasks.spawn(describe_clusters(Arc::clone(run), batch.to_vec()));
    }
    for cluster in clusters {
        tasks.spawn(services(Arc::clone(run), cluster.clone()));
        tasks.spawn(tasks_of(Arc::clone(run), cluster.clone()));
    }
}

async fn describe_clusters(run: Arc<Run>, batch: Vec<String>) {
    use aws_sdk_ecs::types::ClusterField::{Configurations, Settings};
    let s = &run.session;
    let call = Call::DescribeClusters;
    let request = s.clients.ecs.describe_clusters().set_clusters(Some(batch.clone()));
    let answer = s.once(call, request.include(Configurations).include(Settings).send()).await;
    let described =
        answer.and_then(|answer| Ok((answer.clusters.ok_or_else(Failure::without_content)?, answer.failures)));
    match described {
        Ok((clusters, failures)) => {
            s.add("clusters", clusters.to_json_list());
            run.refused(call, "clusters", failures, !s.clusters.is_empty());
        }
        Err(failure) => run.lost(call, &["clusters"], &batch, &failure),
    }
}

async fn services(run: Arc<Run>, cluster: String) {
    let s = &run.session;
    let mut tasks = JoinSet::new();
    let send =
        |token| s.clients.ecs.list_services().cluster(&cluster).max_results(MOST as i32).set_next_token(token).send();
    let each = |page: &[String]| {
        for batch in page.chunks(SERVICES) {
            tasks.spawn(describe_services(Arc::clone(&run), cluster.clone(), batch.to_vec()));
        }
    };
    let call = Call::ListServices;
    if let Err(failure) = s.pages(call, send, |answer| (answer.service_arns, answer.next_token), each).await {
        run.lost(call, &["services", "taskDefinitions"], std::slice::from_ref(&cluster), &failure);
    }
    finish(tasks).await;
}

async fn describe_services(run: Arc<Run>, cluster: String, batch: Vec<String>) {
    let s = &run.session;
    let call = Call::DescribeServices;
    let request = s.clients.ecs.describe_services().cluster(cluster).set_services(Some(batch.clone())).send();
    let answer = s.once(call, request).await;
    let described =
        answer.and_then(|answer| Ok((answer.services.ok_or_else(Failure::without_content)?, answer.failures)));
    match described {
        Ok((services, failures)) => {
            s.add("services", services.to_json_list());
            run.refused(call, "services", failures, false);
            run.definitions(services.iter().flat_map(definitions_of_service)).await;
        }
        Err(failure) => run.lost(call, &["services", "taskDefinitions"], &batch, &failure),
    }
}

/// The tasks that should run, and at the same time those that stopped in the last hour, as far as ECS still has them.
///
/// Stopped tasks only say what went wrong: that they could not be collected leaves no hole in what runs.
async fn tasks_of(run: Arc<Run>, cluster: String) {
    let s = &run.session;
    let (running, stopped) = tokio::join!(running_tasks(&run, &cluster), stopped_tasks(s, &cluster));
    // What fails for both is said once.
    let Some(running) = running else { return };
    match stopped {
        // A task may have stopped between the two lists.
        Ok(tasks) => {
            let seen = |task: &Task| task.task_arn.as_ref().is_some_and(|arn| running.contains(arn));
            s.add("tasks", tasks.iter().filter(|task| !seen(task)).map(ToJson::to_json).collect());
        }
        Err(failure) => s.miss_document("stopped tasks", failure.reason()),
    }
}

/// The tasks that stopped in the last hour: their first page, which holds a hundred of a cluster.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html>
async fn stopped_tasks(s: &Session, cluster: &str) -> Result<Vec<Task>, Failure> {
    let request = s.clients.ecs.list_tasks().cluster(cluster).desired_status(DesiredStatus::Stopped);
    let listed = s.once(Call::ListTasks, request.max_results(MOST as i32).send()).await?;
    let arns = listed.task_arns.ok_or_else(Failure::without_content)?;
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    let request = s.clients.ecs.describe_tasks().cluster(cluster).set_tasks(Some(arns)).send();
    s.once(Call::DescribeTasks, request).await?.tasks.ok_or_else(Failure::without_content)
}

/// ListTasks gives the tasks that should run. The answer is their ARNs.
async fn running_tasks(run: &Arc<Run>, cluster: &str) -> Option<HashSet<String>> {
    let s = &run.session;
    let mut tasks = JoinSet::new();
    let send =
        |token| s.clients.ecs.list_tasks().cluster(cluster).max_results(MOST as i32).set_next_token(token).send();
    let each = |page: &[String]| {
        for batch in page.chunks(MOST) {
            tasks.spawn(describe_tasks(Arc::clone(run), cluster.to_owned(), batch.to_vec()));
        }
    };
    let call = Call::ListTasks;
    let listed = s.pages(call, send, |answer| (answer.task_arns, answer.next_token), each).await;
    if let Err(failure) = &listed {
        run.lost(call, &["tasks", "taskDefinitions"], &[cluster.to_owned()], failure);
    }
    finish(tasks).await;
    Some(listed.ok()?.into_iter().collect())
}

async fn describe_tasks(run: Arc<Run>, cluster: String, batch: Vec<String>) {
    let s = &run.session;
    let call = Call::DescribeTasks;
    let request = s.clients.ecs.describe_tasks().cluster(cluster).set_tasks(Some(batch.clone())).send();
    let answer = s.once(call, request).await;
    let described = answer.and_then(|answer| Ok((answer.tasks.ok_or_else(Failure::without_content)?, answer.failures)));
    match described {
        Ok((tasks, failures)) => {
            s.add("tasks", tasks.to_json_list());
            run.refused(call, "tasks", failures, false);
            run.definitions(tasks.iter().filter_map(|task: &Task| task.task_definition_arn.clone())).await;
        }
        Err(failure) => run.lost(call, &["tasks", "taskDefinitions"], &batch, &failure),
    }
}

/// A service's own task definition, those that its deployments still run, and those of an external controller's task sets.
fn definitions_of_service(service: &Service) -> impl Iterator<Item = String> {
    let deployments = service.deployments().iter().map(|deployment| &deployment.task_definition);
    let sets = service.task_sets().iter().map(|set| &set.task_definition);
    std::iter::once(&service.task_definition).chain(deployments).chain(sets).flatten().cloned()
}

impl Run {
    /// DescribeTaskDefinition for those that nobody has asked for yet.
    async fn definitions(self: &Arc<Self>, arns: impl Iterator<Item = String>) {
        let fresh: Vec<String> = {
            let mut asked = self.definitions.lock().unwrap_or_else(PoisonError::into_inner);
            arns.filter(|arn| asked.insert(arn.clone())).collect()
        };
        let mut tasks = JoinSet::new();
        for arn in fresh {
            tasks.spawn(describe_task_definition(Arc::clone(&self.session), arn));
        }
        finish(tasks).await;
    }

    /// Records a call that failed, with each thing that it was about.
    fn lost(&self, call: Call, keys: &[&'static str], items: &[String], failure: &Failure) {
        keys.iter().for_each(|key| self.session.hole(key));
        items.iter().for_each(|item| self.session.miss(call, Some(item), failure));
    }

    /// Records what an answer lists under `failures`. `MISSING` is no loss unless the user named it: it ended in between.
    fn refused(&self, call: Call, key: &'static str, failures: Option<Vec<EcsFailure>>, named: bool) {
        for refused in failures.unwrap_or_default() {
            let reason = refused.reason.as_deref().unwrap_or("no reason given");
            if reason != "MISSING" || named {
                self.session.hole(key);
                self.session.miss(call, refused.arn.as_deref(), &Failure::Failed(reason.to_owned()));
            }
        }
    }
}

async fn describe_task_definition(s: Arc<Session>, arn: String) {
    let call = Call::DescribeTaskDefinition;
    let request = s.clients.ecs.describe_task_definition().task_definition(&arn).send();
    let answer = s.once(call, request).await;
    match answer.and_then(|answer| answer.task_definition.ok_or_else(Failure::without_content)) {
        Ok(definition) => s.add("taskDefinitions", [definition].to_json_list()),
        Err(failure) => {
            s.hole("taskDefinitions");
            s.miss(call, Some(&arn), &failure);
        }
    }
}
