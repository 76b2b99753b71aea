//! The progress of a collection: a bar for each region on standard error, where that is a terminal.

use crate::collect::Progress;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Some bars, one below the other. A clone shows the same.
#[derive(Debug, Clone)]
pub(super) struct Bars(MultiProgress);

impl Bars {
    /// No bars yet. indicatif shows none where standard error is no terminal.
    pub(super) fn new(quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        Bars(MultiProgress::with_draw_target(target))
    }

    /// Takes all bars away.
    pub(super) fn clear(&self) {
        // A terminal that can't be written to shows nothing that would have to go.
        let _ = self.0.clear();
        self.0.set_draw_target(ProgressDrawTarget::hidden());
    }
}

/// Tells a bar how far the collection of a region is.
pub(super) struct Watch(ProgressBar);

impl Watch {
    /// A new bar for a region.
    pub(super) fn new(bars: &Bars, region: Option<&str>) -> Self {
        let bar = bars.0.add(ProgressBar::new(0));
        if let Ok(style) = ProgressStyle::with_template("{prefix:>14} [{bar:30}] {pos}/{len} {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(region.unwrap_or("scan").to_owned());
        Watch(bar)
    }
}

impl Progress for Watch {
    fn planned(&self, calls: usize) {
        self.0.inc_length(calls as u64);
    }

    fn finished(&self, call: &str, _: usize) {
        self.0.inc(1);
        self.0.set_message(call.to_owned());
    }
}
