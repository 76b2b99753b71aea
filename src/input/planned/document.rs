//! The document that a plan or a template comes to: lists of elements in the AWS CLI's shapes.

use super::node::{Fields, Node, Value};
use super::onto::Onto;
use super::references::each_reference;
use super::write::Writer;
use crate::snapshot::{Block, KEYS, Origins, Written, id_member};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Lists of what is in a VPC: who makes the VPC makes all that is in it.
pub(in crate::input) const IN_A_VPC: [&str; 13] = [
    "Vpcs",
    "VpcAttributes",
    "Subnets",
    "RouteTables",
    "InternetGateways",
    "EgressOnlyInternetGateways",
    "NatGateways",
    "SecurityGroups",
    "NetworkAcls",
    "VpcEndpoints",
    "NetworkInterfaces",
    "VpcPeeringConnections",
    "TransitGatewayVpcAttachments",
];

/// Lists that hold all that matters where nothing else is referred to.
const SELF_CONTAINED: [&str; 8] =
    ["clusters", "services", "taskDefinitions", "tasks", "LoadBalancers", "TargetGroups", "Listeners", "Rules"];

/// Lists of what is put into a network, and is no part of how packets go there.
const PUT_INTO_A_NETWORK: [&str; 3] = ["services", "tasks", "LoadBalancers"];

/// What is about to be deployed, as it will be described. Elements are named by their id: that of the resource where it
/// exists, else what the user calls it (`aws_subnet.a`).
#[derive(Default)]
pub(in crate::input) struct Document<'a> {
    lists: BTreeMap<&'static str, Vec<Node>>,
    index: FxHashMap<(&'static str, String), usize>,
    blocks: Vec<Block>,
    /// Ids of what the deployment deletes.
    deleted: FxHashSet<String>,
    /// Elements that the deployment takes over as they are: list and id.
    adopted: FxHashSet<(&'static str, String)>,
    /// The default capacity provider strategies of clusters, by what the clusters are called.
    strategies: FxHashMap<String, Node>,
    /// Ids of what the deployment makes in another region or account.
    elsewhere: FxHashSet<String>,
    /// Lists of which not all is known, with why.
    partial: BTreeMap<&'static str, String>,
    /// Lists beside the usual ones that hold all that matters.
    whole: FxHashSet<&'static str>,
    notes: Vec<(String, String)>,
    /// Parts of which only the list is known that their element is in: the list, the member, and what may be in it.
    homeless: Vec<(&'static str, &'static str, Node)>,
    /// The forms of these, with the expressions that there are of each.
    homeless_forms: FxHashMap<(&'static str, &'static str, String), Vec<Vec<String>>>,
    account: Option<String>,
    region: Option<String>,
    /// What the file is called in a sentence: `the plan`.
    noun: String,
    onto: Option<Onto<'a>>,
}

/// The text of a document.
pub(in crate::input) struct Made {
    pub(in crate::input) text: String,
    pub(in crate::input) origins: Origins,
    /// Elements of what is deployed onto that no longer are as they were: list and id.
    pub(in crate::input) superseded: FxHashSet<(&'static str, String)>,
}

impl<'a> Document<'a> {
    /// A document of what `noun` (`the plan`) says, deployed onto what is there, if that is given.
    pub(in crate::input) fn new(noun: impl Into<String>, onto: Option<Onto<'a>>) -> Self {
        let place = onto.as_ref().map(|onto| (onto.account.clone(), onto.region.clone()));
        let (account, region) = place.unwrap_or_default();
        Document { noun: noun.into(), onto, account, region, ..Document::default() }
    }

    /// Whether something is deployed onto what is there.
    pub(in crate::input) fn is_onto(&self) -> bool {
        self.onto.is_some()
    }

    /// Adds an element to a list of [`KEYS`]. One of the same id, of the document or of what is there, is replaced.
    pub(in crate::input) fn push(&mut self, list: &'static str, mut element: Node) {
        // Whose VPC isn't known is compared with others by no text: an absent one is taken for unknown everywhere.
        if list != "Vpcs"
            && let Value::Object(fields) = &mut element.value
            && let Some(vpc) = fields.get_mut("VpcId")
            && let Value::Unknown(expression) = &vpc.value
        {
            vpc.value = Value::LeftOut(expression.clone());
        }
        let id = element.get(id_member(list)).map(told).unwrap_or_default();
        if let Some(onto) = &mut self.onto {
            onto.supersede(list, &id);
        }
        let elements = self.lists.entry(list).or_default();
        match self.index.get(&(list, id.clone())) {
            // What has no id of its own takes nobody's place.
            Some(known) if !id.is_empty() => elements[*known] = element,
            _ => {
                self.index.insert((list, id), elements.len());
                elements.push(element);
            }
        }
    }

    /// The elements of a list that the deployment makes or changes.
    pub(in crate::input) fn list(&self, list: &str) -> &[Node] {
        self.lists.get(list).map(Vec::as_slice).unwrap_or_default()
    }

    /// An element by its id.
    pub(in crate::input) fn get(&self, list: &'static str, id: &str) -> Option<&Node> {
        let index = self.index.get(&(list, id.to_owned()))?;
        self.lists.get(list)?.get(*index)
    }

    /// An element as it is once all is deployed, whether the deployment has a part in it or not.
    pub(in crate::input) fn look(&self, list: &'static str, id: &str) -> Option<Node> {
        self.get(list, id).cloned().or_else(|| self.onto.as_ref()?.element(list, id))
    }

    /// Whether the deployment makes an element: it is not there already.
    pub(in crate::input) fn is_new(&self, list: &'static str, id: &str) -> bool {
        let was_there = self.adopted.contains(&(list, id.to_owned()));
        !was_there && self.onto.as_ref().is_none_or(|onto| !onto.had(list, id))
    }

    /// The deployment only takes an element over: it is there already, with all that is in it.
    pub(in crate::input) fn adopt(&mut self, list: &'static str, id: &str) {
        self.adopted.insert((list, id.to_owned()));
    }

    /// The ids of all elements of a list, once all is deployed.
    pub(in crate::input) fn ids(&self, list: &'static str) -> Vec<String> {
        let own = self.list(list).iter().filter_map(|element| element.get(id_member(list))?.as_str());
        own.chain(self.onto.iter().flat_map(|onto| onto.ids(list))).map(str::to_owned).collect()
    }

    /// Whether an element exists once all is deployed.
    pub(in crate::input) fn has(&self, list: &'static str, id: &str) -> bool {
        self.get(list, id).is_some() || self.onto.as_ref().is_some_and(|onto| onto.has(list, id))
    }

    /// The members of an element, to change them. One of what is there is taken over first.
    pub(in crate::input) fn edit(&mut self, list: &'static str, id: &str) -> Option<&mut Fields> {
        if !self.index.contains_key(&(list, id.to_owned())) {
            let element = self.onto.as_ref()?.element(list, id)?;
            self.push(list, element);
        }
        let index = self.index.get(&(list, id.to_owned()))?;
        match &mut self.lists.get_mut(list)?.get_mut(*index)?.value {
            Value::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The deployment deletes an element.
    pub(in crate::input) fn delete(&mut self, list: &'static str, id: &str) {
        self.deleted.insert(id.to_owned());
        if let Some(onto) = &mut self.onto {
            onto.supersede(list, id);
        }
    }

    /// The deployment makes these in another region or account, which has a document of its own.
    pub(in crate::input) fn made_elsewhere(&mut self, ids: impl IntoIterator<Item = String>) {
        self.elsewhere.extend(ids);
    }

    /// A cluster has this strategy for services that don't say what they run on.
    pub(in crate::input) fn set_default_strategy(&mut self, cluster: impl Into<String>, strategy: Node) {
        self.strategies.insert(cluster.into(), strategy);
    }

    pub(super) fn default_strategy(&self, cluster: &str) -> Option<&Node> {
        self.strategies.get(cluster)
    }

    /// Names a resource of the user's file: what is shown around each place in it. `pointer` is its JSON pointer, empty in
    /// texts that aren't JSON.
    pub(in crate::input) fn block(&mut self, written: Written, pointer: String) {
        self.blocks.push(Block { written, pointer });
    }

    /// The account and the region, as far as the file says; what is deployed onto knows better.
    pub(in crate::input) fn set_place(&mut self, account: Option<String>, region: Option<String>) {
        self.account = self.account.take().or(account);
        self.region = self.region.take().or(region);
    }

    pub(in crate::input) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    pub(in crate::input) fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Of a list that others may have made more of, what the deployment makes is all that matters to it.
    pub(in crate::input) fn whole(&mut self, list: &'static str) {
        self.whole.insert(list);
    }

    /// Of a list not all is known, and why.
    pub(in crate::input) fn partly_known(&mut self, list: &'static str, why: impl Into<String>) {
        self.partial.entry(list).or_insert_with(|| why.into());
    }

    /// Something that the reader should know.
    pub(in crate::input) fn note(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.notes.push((what.into(), why.into()));
    }

    /// A part of one of the elements of a list, of which it isn't known which: any of them may have it. `part` is put
    /// into the member of each, or takes its place where nothing can be said of the member without it
    /// ([`Value::LeftOut`]).
    pub(in crate::input) fn somewhere(&mut self, list: &'static str, member: &'static str, part: Node) {
        // One that may be anything makes as much unknown as many do, and each is put into every element.
        const MOST: usize = 3;
        let alike = self.homeless_forms.entry((list, member, form(&part))).or_default();
        let is_new = alike.len() < MOST && !alike.iter().any(|known| *known == expressions(&part));
        if is_new {
            alike.push(expressions(&part));
            self.homeless.push((list, member, part));
        }
    }

    /// What a deployment alone tells leads to what it makes, if it makes any: all else could be told before.
    fn put_somewhere(&mut self) {
        for (list, member, part) in std::mem::take(&mut self.homeless) {
            let own = self.list(list).iter().filter_map(|element| element.get(id_member(list))?.as_str());
            let own: Vec<String> = own.map(str::to_owned).collect();
            for id in if own.is_empty() { self.ids(list) } else { own } {
                let Some(fields) = self.edit(list, &id) else { continue };
                let is_open = fields.get(member).is_some_and(|known| matches!(known.value, Value::LeftOut(_)));
                match &part.value {
                    Value::LeftOut(_) => fields.set(member, part.clone()),
                    _ if is_open => {}
                    _ => fields.add(member, part.clone()),
                }
            }
        }
    }

    /// Writes the document.
    pub(in crate::input) fn finish(mut self) -> Made {
        self.put_somewhere();
        self.look_outside();
        self.tell_what_is_left_out();
        let mut writer = Writer::default();
        writer.text.push('{');
        for key in KEYS {
            let elements = self.lists.get(key.name).map(Vec::as_slice).unwrap_or_default();
            let always = self.is_whole(key.name);
            if elements.is_empty() && (!always || self.is_onto()) {
                continue;
            }
            writer.string(key.name);
            writer.text.push_str(":[");
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    writer.text.push(',');
                }
                writer.value(element);
                writer.text.push('\n');
            }
            writer.text.push_str("],");
        }
        writer.string("fargcheck");
        writer.text.push(':');
        let collection = self.collection();
        writer.value(&collection);
        writer.text.push('}');
        writer.origins.set_blocks(std::mem::take(&mut self.blocks));
        let superseded = self.onto.map(|onto| onto.superseded).unwrap_or_default();
        Made { text: writer.text, origins: writer.origins, superseded }
    }

    /// Finds references to what the deployment does not make. Of their lists, and of all lists of what is in a VPC where
    /// one leads into a VPC that it doesn't make, not all is known.
    fn look_outside(&mut self) {
        let mut outside: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        let elements =
            self.lists.iter().flat_map(|(list, elements)| elements.iter().map(move |element| (*list, element)));
        for (own, element) in elements {
            each_reference(element, &mut |list, reference| {
                let found = match reference {
                    // Where something is put that isn't known, it is put into the network: that stays as it is made. So does
                    // what is in a group, and who has it: a rule or a member of an unknown one is unknown by itself.
                    Err(_) if PUT_INTO_A_NETWORK.contains(&own) && IN_A_VPC.contains(&list) => return,
                    Err(_) if list == "SecurityGroups" => return,
                    Ok(id) if id == "default" || self.deleted.contains(id) || self.has(list, id) => return,
                    Ok(id) if self.elsewhere.contains(id) => return,
                    Ok(id) => id.to_owned(),
                    Err(expression) => format!("${{{expression}}}"),
                };
                let known = outside.entry(list).or_default();
                if !known.contains(&found) {
                    known.push(found);
                }
            });
        }
        if self.is_onto() {
            // What is there tells all; only of a list that it lacks nothing is known but the deployment's own.
            let onto = self.onto.as_ref();
            let absent = self.lists.keys().copied().filter(|list| onto.is_some_and(|onto| !onto.knows(list)));
            for list in absent.collect::<Vec<_>>() {
                self.partly_known(list, "what is deployed onto doesn't have it");
            }
            return;
        }
        let noun = self.noun.clone();
        let mut adopted = self.adopted.iter().filter(|(list, _)| *list == "Vpcs").map(|(_, id)| id).collect::<Vec<_>>();
        adopted.sort_unstable();
        let mut vpc = adopted.first().map(|id| format!("{noun} doesn't make what is in {id}, which is there already"));
        for (list, mut ids) in outside {
            const MOST: usize = 3;
            let more = ids.len().saturating_sub(MOST);
            ids.truncate(MOST);
            let mut shown = ids.join(", ");
            if more > 0 {
                shown.push_str(&format!(" and {more} more"));
            }
            let why = format!("{noun} doesn't make {shown}");
            if IN_A_VPC.contains(&list) && !matches!(list, "VpcPeeringConnections" | "TransitGatewayVpcAttachments") {
                vpc.get_or_insert_with(|| why.clone());
            }
            self.partly_known(list, why);
        }
        for list in IN_A_VPC {
            if let Some(why) = &vpc {
                self.partly_known(list, why.clone());
            }
        }
        // Of these there may be more that no reference tells of.
        let others = self.lists.keys().copied().filter(|list| !self.is_whole(list));
        for list in others.collect::<Vec<_>>() {
            self.partly_known(list, format!("{noun} tells only of its own"));
        }
    }

    /// Whether a list holds all that matters where nothing else is referred to.
    fn is_whole(&self, list: &str) -> bool {
        IN_A_VPC.contains(&list) || SELF_CONTAINED.contains(&list) || self.whole.contains(list)
    }

    fn tell_what_is_left_out(&mut self) {
        let mut notes = Vec::new();
        for (list, elements) in &self.lists {
            for element in elements {
                let id = element.get(id_member(list)).map(told).unwrap_or_default();
                left_out(element, &mut |member, expression| {
                    notes.push((
                        format!("{member} of {id}"),
                        format!("it is not known before the deployment: ${{{expression}}}"),
                    ));
                });
            }
        }
        self.notes.extend(notes);
    }

    /// The document's own key.
    fn collection(&self) -> Node {
        let mut collection = Fields::default().with("schema", 1.into());
        for (key, value) in [("account", &self.account), ("region", &self.region)] {
            if let Some(value) = value {
                collection.set(key, Node::text(value));
            }
        }
        if !self.is_onto() {
            collection.set("plannedBy", Node::text(self.noun.as_str()));
        }
        let call = |list: &str| KEYS.iter().find(|key| key.name == list).map_or("", |key| key.call);
        let partial = self.partial.iter().map(|(list, why)| {
            Fields::default().with_text("call", call(list)).with_text("reason", why.as_str()).into()
        });
        collection.set("partial", Node::list(partial.collect()));
        let notes = self.notes.iter();
        let notes = notes.map(|(what, why)| {
            Fields::default().with_text("what", what.as_str()).with_text("why", why.as_str()).into()
        });
        collection.set("notes", Node::list(notes.collect()));
        collection.into()
    }
}

/// What a value is, whatever the expressions are that it hangs on, and wherever it is written.
fn form(node: &Node) -> String {
    match &node.value {
        Value::Unknown(_) => "?".to_owned(),
        Value::LeftOut(_) => "-".to_owned(),
        Value::List(items) => format!("[{}]", items.iter().map(form).collect::<Vec<_>>().join(",")),
        Value::Object(fields) => {
            let members = fields.0.iter().map(|(key, member)| format!("{key}:{}", form(member)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        value => format!("{value:?}"),
    }
}

/// The expressions that a value hangs on.
fn expressions(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Unknown(expression) | Value::LeftOut(expression) => vec![expression.clone()],
        Value::List(items) => items.iter().flat_map(expressions).collect(),
        Value::Object(fields) => fields.0.iter().flat_map(|(_, member)| expressions(member)).collect(),
        _ => Vec::new(),
    }
}

/// An id, or the expression that stands for it.
fn told(node: &Node) -> String {
    match &node.value {
        Value::Unknown(expression) => format!("${{{expression}}}"),
        _ => node.as_str().unwrap_or_default().to_owned(),
    }
}

/// Tells the members that are left out because the deployment alone tells them.
fn left_out<'n>(node: &'n Node, tell: &mut impl FnMut(&'n str, &'n str)) {
    match &node.value {
        Value::Object(fields) => {
            for (key, member) in &fields.0 {
                match &member.value {
                    Value::LeftOut(expression) => tell(key, expression),
                    _ => left_out(member, tell),
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| left_out(item, tell)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::SourceId;

    /// Thousands of rules of which isn't known whose they are are not put into each of thousands of groups.
    #[test]
    fn what_may_be_anywhere_is_there_a_few_times() {
        let mut document = Document::new("the plan", None);
        for group in ["sg-a", "sg-b"] {
            document.push("SecurityGroups", Fields::default().with_text("GroupId", group).into());
        }
        let rule = |expression: &str, start: usize| -> Node {
            let place = Some(Written { source: SourceId(0), start, length: 1 });
            Fields::default().with("CidrIp", Node::unknown(expression, place)).into()
        };
        for start in 0..1_000 {
            document.somewhere("SecurityGroups", "IpPermissions", rule("local.group", start));
            document.somewhere("SecurityGroups", "IpPermissions", rule(&format!("local.of[{start}]"), start));
            document.somewhere("SecurityGroups", "IpPermissionsEgress", rule("local.group", start));
        }
        let text = document.finish().text;
        assert_eq!(text.matches("${local.group}").count(), 4, "in both directions of both: {text}");
        assert_eq!(text.matches("${local.of[").count(), 4, "{text}");
    }
}
