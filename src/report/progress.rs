//! How far something is that takes a while: bars on standard error, where that is a terminal.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// Some bars, one below the other. A clone shows the same.
#[derive(Debug, Clone)]
pub struct Bars(MultiProgress);

impl Bars {
    /// No bars yet; they stay hidden where `quiet` or where nobody watches.
    pub fn new(quiet: bool) -> Self {
        let hidden = quiet || !std::io::stderr().is_terminal();
        Bars(MultiProgress::with_draw_target(if hidden {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        }))
    }

    /// One more bar.
    pub fn add(&self, name: &str) -> Bar {
        let bar = self.0.add(ProgressBar::new(0));
        if let Ok(style) = ProgressStyle::with_template("{prefix:>14} [{bar:30}] {pos}/{len} {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(name.to_owned());
        Bar(bar)
    }

    /// Takes all bars away.
    pub fn clear(&self) {
        // A terminal that can't be written to shows nothing that would have to go.
        let _ = self.0.clear();
        self.0.set_draw_target(ProgressDrawTarget::hidden());
    }
}

/// One bar.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// So many more steps are known.
    pub fn planned(&self, steps: usize) {
        self.0.inc_length(steps as u64);
    }

    /// A step has ended.
    pub fn finished(&self, step: &str) {
        self.0.inc(1);
        self.0.set_message(step.to_owned());
    }
}
