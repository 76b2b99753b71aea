//! From a live AWS account to a snapshot.
//!
//! The one place that names the AWS SDK and tokio. Nothing is printed and no process ended here: what could not be
//! collected is in the snapshot's `notCollected`, and only what makes a snapshot pointless is a [`CollectError`].

mod answer;
mod calls;
mod clients;
mod document;
mod ec2;
mod ec2_parts;
mod ecr;
mod ecs;
mod elbv2;
mod error;
mod failure;
mod identity;
mod ip_ranges;
mod run;
mod session;
mod shapes;
mod write;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

pub use calls::permissions;
pub use error::CollectError;
pub use run::{collect_all, on_interrupt};
pub use write::write_whole;

use identity::Identity;
use session::{Event, Session};

/// What to collect, as whom, and how patiently.
#[derive(Debug, Clone)]
pub struct Options {
    /// The region; without it, that of the environment or of the profile.
    pub region: Option<String>,
    /// A profile of the AWS configuration files.
    pub profile: Option<String>,
    /// A role to assume with the credentials of the chain or the profile.
    pub role_arn: Option<String>,
    /// The external id that the role's trust policy may ask for.
    pub external_id: Option<String>,
    /// Only these VPCs; all if empty.
    pub vpcs: Vec<String>,
    /// Only these ECS clusters, by name or ARN; all if empty.
    pub clusters: Vec<String>,
    /// The most requests in flight at once.
    pub concurrency: usize,
    /// Another endpoint for every service: a proxy, a test server. `AWS_ENDPOINT_URL` works as well.
    pub endpoint_url: Option<String>,
    /// Where AWS publishes its address ranges, which become part of the snapshot. Not asked where every service has another
    /// endpoint: that isn't AWS.
    pub ip_ranges: Option<String>,
    /// Keys to use instead of the credential chain. Then no AWS variable of the environment and no file is read.
    pub credentials: Option<Keys>,
    /// How often a request is tried at most.
    pub max_attempts: u32,
    /// The first pause before a retry; it doubles up to 20 seconds, and a random part of it is waited.
    pub initial_backoff: Duration,
    /// After how long an attempt counts as failed.
    pub attempt_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            region: None,
            profile: None,
            role_arn: None,
            external_id: None,
            vpcs: Vec::new(),
            clusters: Vec::new(),
            concurrency: DEFAULT_CONCURRENCY,
            endpoint_url: None,
            ip_ranges: Some(ip_ranges::ADDRESS.to_owned()),
            credentials: None,
            max_attempts: 8,
            initial_backoff: Duration::from_secs(1),
            attempt_timeout: Duration::from_secs(30),
        }
    }
}

/// Enough for the calls that wait for no other, some thirty. Measured with 50 ms a call, 75 calls, the longest chain 200 ms:
/// 984 ms with 4 at once, 524 with 8, 274 with 16, 225 with 24, 221 with 32, and no less with 48 or 64
/// (`cargo test --release --test scan_replay caps -- --ignored --nocapture`).
pub const DEFAULT_CONCURRENCY: usize = 32;

/// AWS credentials that are given, not looked for.
#[derive(Clone)]
pub struct Keys {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// Told while a collection runs, by the task that runs it.
pub trait Progress: Sync {
    /// So many more calls have to be made than was known.
    fn planned(&self, calls: usize);
    /// A call (`ec2:DescribeSubnets`) has ended, well or not, after so many pages.
    fn finished(&self, call: &str, pages: usize);
}

/// Progress that nobody watches.
impl Progress for () {
    fn planned(&self, _: usize) {}
    fn finished(&self, _: &str, _: usize) {}
}

/// A snapshot of one region of one account.
#[derive(Debug, Clone, PartialEq)]
pub struct Collected {
    /// The account, unless sts GetCallerIdentity is denied.
    pub account: Option<String>,
    /// The region.
    pub region: String,
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: String,
    /// Of the VPCs that were asked for, those that are not there.
    pub missing_vpcs: Vec<String>,
    /// Where one is not there: those that are.
    pub known_vpcs: Vec<String>,
    /// The snapshot. The same network gives the same document, but for `fargcheck.collectedAt`.
    pub document: Map<String, Value>,
}

/// Collects a snapshot of one region. Several regions are as many calls, which may run at once.
///
/// GetCallerIdentity runs beside the other calls: where it shows that nothing can work, they are stopped, and else
/// nobody has waited for it. Dropping the future stops everything.
///
/// # Errors
/// Where there can be no snapshot at all. A call that is denied or fails is an entry of `notCollected`, not an error.
pub async fn collect(options: &Options, progress: &dyn Progress) -> Result<Collected, CollectError> {
    let (config, region) = clients::load(options).await?;
    let published = options.ip_ranges.as_deref().filter(|_| config.endpoint_url().is_none());
    let clients = clients::Clients::new(&config, options);
    let (session, mut events) =
        Session::new(clients, options.vpcs.clone(), options.clusters.clone(), options.concurrency);
    let session = Arc::new(session);
    let region = region.as_ref().to_owned();
    let work = async {
        let identity = identity::ask(&session, options, &region);
        tokio::try_join!(identity, async {
            tokio::join!(everything(&session), address_ranges(&session, published, &region, options));
            Ok(())
        })
    };
    let (identity, ()) = tokio::select! {
        result = work => result?,
        never = report(&mut events, progress) => match never {},
    };
    let missing_vpcs = session.missing_vpcs();
    let known_vpcs = if missing_vpcs.is_empty() { Vec::new() } else { ec2_parts::known_vpcs(&session).await };
    while let Ok(event) = events.try_recv() {
        tell(progress, event);
    }
    let document = document::build(session.take_results(), &identity, &region, &options.vpcs, SystemTime::now());
    let Identity { account, partition } = identity;
    Ok(Collected { account, region, partition, missing_vpcs, known_vpcs, document })
}

/// How long AWS's published ranges are waited for: nothing needs them, much is exact with them.
const PATIENCE: Duration = Duration::from_secs(10);

async fn address_ranges(session: &Session, address: Option<&str>, region: &str, options: &Options) {
    let Some(address) = address else { return };
    match ip_ranges::fetch(address, region, options.attempt_timeout.min(PATIENCE)).await {
        Ok(ranges) => session.set("ipRanges", ranges),
        Err(reason) => session.miss_document("ip-ranges.json", reason),
    }
}

async fn everything(session: &Arc<Session>) {
    let mut tasks = JoinSet::new();
    // The longest chains first: cluster, service, task definition.
    ecs::spawn(&mut tasks, session);
    elbv2::spawn(&mut tasks, session);
    ec2::spawn(&mut tasks, session);
    ecr::spawn(&mut tasks, session);
    session::finish(tasks).await;
}

/// Passes events on until it is dropped.
async fn report(events: &mut UnboundedReceiver<Event>, progress: &dyn Progress) -> std::convert::Infallible {
    loop {
        match events.recv().await {
            Some(event) => tell(progress, event),
            None => std::future::pending().await,
        }
    }
}

fn tell(progress: &dyn Progress, event: Event) {
    match event {
        Event::Planned(calls) => progress.planned(calls),
        Event::Finished(call, pages) => progress.finished(call.action(), pages),
    }
}
