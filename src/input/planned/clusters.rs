//! What a cluster decides for the services that don't say what they run on.

use super::document::Document;
use super::node::{Fields, Node, Value};
use crate::snapshot::id_member;
use rustc_hash::FxHashMap;
use std::cell::LazyCell;

/// A service, or a task set, with neither a launch type nor capacity providers has the default strategy of its cluster.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateTaskSet.html>
pub(super) fn default_strategies(document: &mut Document<'_>) {
    let clusters = LazyCell::new(|| Clusters::of(document));
    let mut wanted: Vec<(String, Node)> = Vec::new();
    for service in document.list("services") {
        let id = service.get(id_member("services")).and_then(Node::as_str);
        let cluster = service.get("clusterArn").and_then(Node::as_str);
        let (Some(id), Some(cluster)) = (id, cluster) else { continue };
        let sets = service.get("taskSets").map(Node::items).unwrap_or_default();
        if !sets.iter().chain([service]).any(says_nothing) {
            continue;
        }
        if let Some(strategy) = default_strategy(document, &clusters, cluster) {
            wanted.push((id.to_owned(), strategy));
        }
    }
    for (id, strategy) in wanted {
        let Some(fields) = document.edit("services", &id) else { continue };
        // What an external deployment controller starts is said by its task sets alone.
        let is_external = fields.get("taskSets").is_some();
        if let Some(Node { value: Value::List(sets), .. }) = fields.get_mut("taskSets") {
            for set in sets.iter_mut().filter(|set| says_nothing(set)) {
                if let Value::Object(fields) = &mut set.value {
                    fields.set(STRATEGY, strategy.clone());
                }
            }
        }
        if !is_external && is_open(fields) {
            fields.set(STRATEGY, strategy);
        }
    }
}

const STRATEGY: &str = "capacityProviderStrategy";

fn says_nothing(node: &Node) -> bool {
    node.fields().is_some_and(is_open)
}

fn is_open(fields: &Fields) -> bool {
    fields.get("launchType").is_none() && fields.get(STRATEGY).is_none()
}

/// The clusters of a document and of what is there, by what services call them.
struct Clusters {
    all: Vec<Node>,
    by_arn: FxHashMap<String, usize>,
    by_name: FxHashMap<String, usize>,
}

impl Clusters {
    fn of(document: &Document<'_>) -> Self {
        let all: Vec<Node> =
            document.ids("clusters").into_iter().filter_map(|id| document.look("clusters", &id)).collect();
        let by = |member: &str| {
            let mut found = FxHashMap::default();
            for (index, cluster) in all.iter().enumerate() {
                if let Some(text) = cluster.get(member).and_then(Node::as_str) {
                    found.entry(text.to_owned()).or_insert(index);
                }
            }
            found
        };
        Clusters { by_arn: by("clusterArn"), by_name: by("clusterName"), all }
    }

    /// The first of those that a service may mean.
    fn find(&self, cluster: &str) -> Option<&Node> {
        let name = cluster.rsplit('/').next().unwrap_or(cluster);
        let found = self.by_arn.get(cluster).into_iter().chain(self.by_name.get(name));
        self.all.get(*found.min()?)
    }
}

/// The strategy of a cluster that is called by its ARN, its name, or what the document calls it.
fn default_strategy(document: &Document<'_>, clusters: &Clusters, cluster: &str) -> Option<Node> {
    let said = document.default_strategy(cluster);
    let strategy = said.cloned().or_else(|| {
        let found = clusters.find(cluster)?;
        let names = ["clusterArn", "clusterName"].into_iter().filter_map(|member| found.get(member)?.as_str());
        let said = names.filter_map(|name| document.default_strategy(name)).next().cloned();
        said.or_else(|| found.get("defaultCapacityProviderStrategy").cloned())
    });
    strategy.filter(|strategy| !strategy.items().is_empty() || strategy.expression().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_found_by_each_of_its_names() {
        let mut document = Document::new("the plan", None);
        for (arn, name) in [("arn:aws:ecs:eu-west-1:1:cluster/a", "a"), ("Cluster", "b"), ("Other", "b")] {
            let cluster = Fields::default().with_text("clusterArn", arn).with_text("clusterName", name);
            document.push("clusters", cluster.into());
        }
        let clusters = Clusters::of(&document);
        let found = |cluster: &str| clusters.find(cluster)?.get("clusterArn")?.as_str();
        for (cluster, expected) in [
            ("arn:aws:ecs:eu-west-1:1:cluster/a", Some("arn:aws:ecs:eu-west-1:1:cluster/a")),
            ("a", Some("arn:aws:ecs:eu-west-1:1:cluster/a")),
            ("arn:aws:ecs:eu-west-1:1:cluster/b", Some("Cluster")),
            ("Other", Some("Other")),
            ("c", None),
        ] {
            assert_eq!(found(cluster), expected, "{cluster}");
        }
    }
}
