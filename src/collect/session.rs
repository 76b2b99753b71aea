//! What all calls share: the clients, the cap on requests in flight, and the place where results gather.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::error::Error;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_sdk_ec2::config::http::HttpResponse;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use serde_json::Value;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::calls::Call;
use super::clients::Clients;
use super::failure::Failure;
use super::shapes::ToJson;

/// What the calls tell whoever shows progress.
#[derive(Debug)]
pub(crate) enum Event {
    Planned(usize),
    Finished(Call, usize),
}

/// One page of an answer: its elements (`None` if the answer has no such list), and the token of the next page.
pub(crate) type Page<T> = (Option<Vec<T>>, Option<String>);

/// One region's collection while it runs.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) clients: Clients,
    /// Only these VPCs; all if empty.
    pub(crate) vpcs: Vec<String>,
    /// Only these clusters; all if empty.
    pub(crate) clusters: Vec<String>,
    permits: Semaphore,
    events: mpsc::UnboundedSender<Event>,
    results: Mutex<Results>,
}

/// What has arrived so far.
#[derive(Debug, Default)]
pub(crate) struct Results {
    /// The elements of each key of the snapshot.
    pub(crate) lists: BTreeMap<&'static str, Vec<Value>>,
    /// The keys that are more than the elements of failed calls: everything there is was asked for.
    pub(crate) known: HashSet<&'static str>,
    /// The keys that lack something because a call for one item failed.
    pub(crate) holes: HashSet<&'static str>,
    /// Keys that hold one object.
    pub(crate) objects: BTreeMap<&'static str, Value>,
    /// What is no answer of one call, and only explains or sharpens what is found, and why it could not be fetched.
    pub(crate) documents: BTreeMap<&'static str, String>,
    /// Call, item, reason.
    pub(crate) missing: BTreeSet<(Call, Option<String>, String)>,
}

impl Session {
    pub(crate) fn new(
        clients: Clients,
        vpcs: Vec<String>,
        clusters: Vec<String>,
        concurrency: usize,
    ) -> (Self, mpsc::UnboundedReceiver<Event>) {
        let (events, receiver) = mpsc::unbounded_channel();
        let permits = Semaphore::new(concurrency.max(1));
        (Self { clients, vpcs, clusters, permits, events, results: Mutex::default() }, receiver)
    }

    /// Makes one request under the cap. It keeps its permit while it backs off: when AWS throttles, fewer calls run.
    pub(crate) async fn request<T, E>(
        &self,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, SdkError<E, HttpResponse>> {
        // The semaphore is never closed; without a permit the cap would be off by one request, no more.
        let _permit = self.permits.acquire().await.ok();
        request.await
    }

    /// Calls until there are no more pages. `each` sees a page as soon as it is there, so that what depends on it can start.
    pub(crate) async fn pages<T, X, E, F>(
        &self,
        call: Call,
        mut send: impl FnMut(Option<String>) -> F,
        mut take: impl FnMut(T) -> Page<X>,
        mut each: impl FnMut(&[X]),
    ) -> Result<Vec<X>, Failure>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.tell(Event::Planned(1));
        let mut all = Vec::new();
        let mut tokens: HashSet<String> = HashSet::new();
        let mut token = None;
        let mut pages = 0;
        let result = loop {
            let answer = match self.request(send(token.take())).await {
                Ok(answer) => answer,
                Err(error) => break Err(Failure::of(&error)),
            };
            pages += 1;
            let (Some(items), next) = take(answer) else {
                break Err(Failure::without_content());
            };
            each(&items);
            all.extend(items);
            match next.filter(|next| !next.is_empty()) {
                None => break Ok(()),
                Some(next) if !tokens.insert(next.clone()) => {
                    break Err(Failure::Failed("the same page twice".to_owned()));
                }
                Some(next) => token = Some(next),
            }
        };
        self.tell(Event::Finished(call, pages));
        result.map(|()| all)
    }

    /// A whole list of the snapshot by one paginated call.
    pub(crate) async fn list<T, X, E, F>(
        &self,
        key: &'static str,
        call: Call,
        send: impl FnMut(Option<String>) -> F,
        take: impl FnMut(T) -> Page<X>,
    ) where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + Error + 'static,
        X: ToJson,
    {
        match self.pages(call, send, take, |_| {}).await {
            Ok(items) => {
                self.add(key, items.to_json_list());
                self.know(key);
            }
            Err(failure) => self.miss(call, None, &failure),
        }
    }

    /// One request that has no pages.
    pub(crate) async fn once<T, E>(
        &self,
        call: Call,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.tell(Event::Planned(1));
        let result = self.request(request).await;
        self.tell(Event::Finished(call, usize::from(result.is_ok())));
        result.map_err(|error| Failure::of(&error))
    }

    pub(crate) fn tell(&self, event: Event) {
        // Nobody listens any more only when the collection is being dropped.
        let _ = self.events.send(event);
    }

    /// Adds elements to a list of the snapshot.
    pub(crate) fn add(&self, key: &'static str, items: Vec<Value>) {
        self.results().lists.entry(key).or_default().extend(items);
    }

    /// Says that a list has everything there is, except for its holes.
    pub(crate) fn know(&self, key: &'static str) {
        self.results().known.insert(key);
    }

    /// Says that a list lacks the elements of an item whose call failed.
    pub(crate) fn hole(&self, key: &'static str) {
        self.results().holes.insert(key);
    }

    /// Sets a key that holds one object.
    pub(crate) fn set(&self, key: &'static str, value: Value) {
        self.results().objects.insert(key, value);
    }

    /// Records a call that gave nothing.
    pub(crate) fn miss(&self, call: Call, item: Option<&str>, failure: &Failure) {
        self.results().missing.insert((call, item.map(str::to_owned), failure.reason()));
    }

    /// Records that something could not be fetched without which everything can still be judged.
    pub(crate) fn miss_document(&self, name: &'static str, reason: String) {
        self.results().documents.insert(name, reason);
    }

    /// Of the VPCs that were asked for, those that DescribeVpcs did not find.
    pub(crate) fn missing_vpcs(&self) -> Vec<String> {
        let results = self.results();
        if !results.known.contains("Vpcs") {
            return Vec::new();
        }
        let found: HashSet<&str> =
            results.lists.get("Vpcs").into_iter().flatten().filter_map(|vpc| vpc["VpcId"].as_str()).collect();
        self.vpcs.iter().filter(|id| !found.contains(id.as_str())).cloned().collect()
    }

    /// Hands over what has arrived.
    pub(crate) fn take_results(&self) -> Results {
        std::mem::take(&mut *self.results())
    }

    fn results(&self) -> MutexGuard<'_, Results> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A slice of the SDK's values as JSON.
pub(crate) trait ToJsonList {
    fn to_json_list(&self) -> Vec<Value>;
}

impl<T: ToJson> ToJsonList for [T] {
    fn to_json_list(&self) -> Vec<Value> {
        self.iter().map(ToJson::to_json).collect()
    }
}

/// Waits for all tasks. A panic in one of them goes on here; dropping the set stops them all.
pub(crate) async fn finish(mut tasks: JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended
            && let Ok(panic) = error.try_into_panic()
        {
            std::panic::resume_unwind(panic);
        }
    }
}
