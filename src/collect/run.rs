//! For callers that know nothing of tokio: several regions at once, and what an interrupt may do.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::Poll;

use tokio::runtime::Builder;

use super::write::while_nothing_is_written;
use super::{CollectError, Collected, Options, Progress, collect};

/// One collection of [`collect_all`].
type Running<'a> = Pin<Box<dyn Future<Output = Result<Collected, CollectError>> + 'a>>;

/// Collects regions (or accounts) at once, on a runtime of its own; the results are in the order of the jobs.
///
/// # Errors
/// Where no runtime can be started. Each collection has its own result.
pub fn collect_all(jobs: &[(Options, &dyn Progress)]) -> io::Result<Vec<Result<Collected, CollectError>>> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let running = jobs.iter().map(|(options, progress)| -> Running<'_> { Box::pin(collect(options, *progress)) });
    let results = runtime.block_on(all(running.collect()));
    // A resolver thread that hangs must not hold up the result.
    runtime.shutdown_background();
    Ok(results)
}

/// Polls every future that has not ended whenever one of them wakes up. They are few.
async fn all(mut running: Vec<Running<'_>>) -> Vec<Result<Collected, CollectError>> {
    let mut results: Vec<Option<_>> = running.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, result) in running.iter_mut().zip(&mut results) {
            if result.is_none()
                && let Poll::Ready(ended) = future.as_mut().poll(context)
            {
                *result = Some(ended);
            }
        }
        match results.iter().all(Option::is_some) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    results.into_iter().flatten().collect()
}

/// From now on an interrupt (Ctrl-C, SIGTERM) doesn't kill the process but calls `action`, which should end it.
///
/// If [`write_whole`](super::write_whole) is at work, it ends first; so the file is whole, and no temporary one stays.
///
/// # Errors
/// Where the signal handler can't be set up.
pub fn on_interrupt(action: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::new()?
    };
    std::thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        runtime.block_on(signals.wait());
        while_nothing_is_written(action);
    })?;
    Ok(())
}

#[cfg(unix)]
struct Signals(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self(tokio::signal::windows::ctrl_c()?))
    }

    async fn wait(&mut self) {
        self.0.recv().await;
    }
}
