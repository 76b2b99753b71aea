//! Sets of addresses and of ports, as sorted disjoint inclusive ranges.
//!
//! Addresses of both families live in one space of 128 bits, IPv4 where IPv6 maps it (`::ffff:0:0/96`), so that one
//! algebra serves both.

use std::fmt::Debug;
use std::hash::Hash;

/// A number that ranges are made of.
pub trait Point: Copy + Ord + Hash + Debug {
    /// The largest.
    const MAX: Self;
    /// The next larger one; only asked of one that is not the largest.
    fn next(self) -> Self;
    /// The next smaller one; only asked of one that is not zero.
    fn previous(self) -> Self;
}

macro_rules! points {
    ($($number:ty),*) => {$(
        impl Point for $number {
            const MAX: Self = <$number>::MAX;

            fn next(self) -> Self {
                self + 1
            }

            fn previous(self) -> Self {
                self - 1
            }
        }
    )*};
}
points!(u16, u128);

/// A set of numbers. The form is canonical: equal sets are equal values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ranges<T>(Vec<(T, T)>);

impl<T> Default for Ranges<T> {
    fn default() -> Self {
        Ranges(Vec::new())
    }
}

impl Ranges<u128> {
    /// How many numbers it has, as far as that can be counted.
    pub fn size(&self) -> u128 {
        self.iter().map(|(low, high)| (high - low).saturating_add(1)).fold(0, u128::saturating_add)
    }
}

impl<T: Point> Ranges<T> {
    /// The empty set.
    pub fn none() -> Self {
        Ranges(Vec::new())
    }

    /// Everything from `low` to `high`, both included; empty where `low` is above `high`.
    pub fn one(low: T, high: T) -> Self {
        if low > high { Self::none() } else { Ranges(vec![(low, high)]) }
    }

    /// The union of ranges in any order.
    pub fn collect(ranges: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut list: Vec<(T, T)> = ranges.into_iter().filter(|(low, high)| low <= high).collect();
        list.sort_unstable();
        let mut merged: Vec<(T, T)> = Vec::with_capacity(list.len());
        for (low, high) in list {
            match merged.last_mut() {
                Some(last) if last.1 == T::MAX || low <= last.1.next() => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Ranges(merged)
    }

    /// Its ranges, in order.
    pub fn iter(&self) -> impl Iterator<Item = (T, T)> + '_ {
        self.0.iter().copied()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its smallest and its largest number.
    pub fn hull(&self) -> Option<(T, T)> {
        Some((self.0.first()?.0, self.0.last()?.1))
    }

    /// Its smallest number.
    pub fn first(&self) -> Option<T> {
        self.0.first().map(|range| range.0)
    }

    /// Whether all of `low..=high` is in it.
    pub fn covers(&self, low: T, high: T) -> bool {
        let at = self.0.partition_point(|range| range.1 < low);
        self.0.get(at).is_some_and(|range| range.0 <= low && high <= range.1)
    }

    /// Whether any of `low..=high` is in it.
    pub fn touches(&self, low: T, high: T) -> bool {
        let at = self.0.partition_point(|range| range.1 < low);
        self.0.get(at).is_some_and(|range| range.0 <= high)
    }

    /// Whether all of `other` is in it.
    pub fn contains(&self, other: &Self) -> bool {
        other.iter().all(|(low, high)| self.covers(low, high))
    }

    /// What is in either.
    pub fn union(&self, other: &Self) -> Self {
        Self::collect(self.iter().chain(other.iter()))
    }

    /// What is in both.
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut left, mut right) = (0, 0);
        let mut both = Vec::new();
        while let (Some(a), Some(b)) = (self.0.get(left), other.0.get(right)) {
            let (low, high) = (a.0.max(b.0), a.1.min(b.1));
            if low <= high {
                push(&mut both, (low, high));
            }
            if a.1 < b.1 {
                left += 1;
            } else {
                right += 1;
            }
        }
        Ranges(both)
    }

    /// What is in this and not in `other`.
    pub fn difference(&self, other: &Self) -> Self {
        let mut rest = Vec::new();
        let mut right = 0;
        for &(mut low, high) in &self.0 {
            while other.0.get(right).is_some_and(|range| range.1 < low) {
                right += 1;
            }
            let mut at = right;
            let mut open = true;
            while let Some(&(from, to)) = other.0.get(at) {
                if from > high {
                    break;
                }
                if from > low {
                    push(&mut rest, (low, from.previous()));
                }
                if to >= high {
                    open = false;
                    break;
                }
                low = to.next();
                at += 1;
            }
            if open {
                push(&mut rest, (low, high));
            }
        }
        Ranges(rest)
    }
}

/// Most sets are one range, and many are kept: room for four, which a list takes with its first element, is too much.
fn push<T>(list: &mut Vec<(T, T)>, range: (T, T)) {
    if list.capacity() == 0 {
        list.reserve_exact(1);
    }
    list.push(range);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use range_set_blaze::RangeSetBlaze;

    fn ranges() -> impl Strategy<Value = Vec<(u16, u16)>> {
        prop::collection::vec((any::<u16>(), 0u16..2000).prop_map(|(low, size)| (low, low.saturating_add(size))), 0..12)
    }

    fn judge(list: &[(u16, u16)]) -> RangeSetBlaze<u16> {
        list.iter().map(|(low, high)| *low..=*high).collect()
    }

    fn plain(set: &RangeSetBlaze<u16>) -> Vec<(u16, u16)> {
        set.ranges().map(|range| (*range.start(), *range.end())).collect()
    }

    proptest! {
        #[test]
        fn agrees_with_another_library(left in ranges(), right in ranges()) {
            let (a, b) = (Ranges::collect(left.clone()), Ranges::collect(right.clone()));
            let (x, y) = (judge(&left), judge(&right));
            prop_assert_eq!(a.iter().collect::<Vec<_>>(), plain(&x));
            prop_assert_eq!(a.union(&b).iter().collect::<Vec<_>>(), plain(&(&x | &y)));
            prop_assert_eq!(a.intersection(&b).iter().collect::<Vec<_>>(), plain(&(&x & &y)));
            prop_assert_eq!(a.difference(&b).iter().collect::<Vec<_>>(), plain(&(&x - &y)));
            prop_assert_eq!(a.contains(&b), y.is_subset(&x));
        }

        #[test]
        fn covers_and_touches_agree_with_the_algebra(list in ranges(), low in any::<u16>(), size in 0u16..3000) {
            let set = Ranges::collect(list);
            let one = Ranges::one(low, low.saturating_add(size));
            prop_assert_eq!(set.covers(low, low.saturating_add(size)), set.contains(&one));
            prop_assert_eq!(set.touches(low, low.saturating_add(size)), !set.intersection(&one).is_empty());
        }
    }
}
