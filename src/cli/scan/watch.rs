//! The progress of a collection, shown.

use crate::collect::Progress;
use crate::report::progress::{Bar, Bars};

/// Tells a bar how far the collection of a region is.
pub(super) struct Watch(Bar);

impl Watch {
    /// A new bar for a region.
    pub(super) fn new(bars: &Bars, region: Option<&str>) -> Self {
        Watch(bars.add(region.unwrap_or("scan")))
    }
}

impl Progress for Watch {
    fn planned(&self, calls: usize) {
        self.0.planned(calls);
    }

    fn finished(&self, call: &str, _: usize) {
        self.0.finished(call);
    }
}
