//! Registries: Amazon ECR.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::calls::Call;
use super::session::Session;

/// The greatest `maxResults`.
const MOST: i32 = 1000;

pub(super) fn spawn(tasks: &mut JoinSet<()>, s: &Arc<Session>) {
    tasks.spawn(repositories(Arc::clone(s)));
    tasks.spawn(pull_through_cache_rules(Arc::clone(s)));
}

async fn repositories(s: Arc<Session>) {
    let send = |token| s.clients.ecr.describe_repositories().max_results(MOST).set_next_token(token).send();
    s.list("repositories", Call::DescribeRepositories, send, |answer| (answer.repositories, answer.next_token)).await;
}

async fn pull_through_cache_rules(s: Arc<Session>) {
    let send = |token| s.clients.ecr.describe_pull_through_cache_rules().max_results(MOST).set_next_token(token).send();
    let take =
        |answer: aws_sdk_ecr::operation::describe_pull_through_cache_rules::DescribePullThroughCacheRulesOutput| {
            (answer.pull_through_cache_rules, answer.next_token)
        };
    s.list("pullThroughCacheRules", Call::DescribePullThroughCacheRules, send, take).await;
}
