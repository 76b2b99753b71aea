//! Sets over several sides, such as addresses and ports, in few words: what one side takes together with what of the others.

use super::ranges::{Point, Ranges};
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// Boxes, which may overlap, by one of their sides: each group holds where on that side the rest of them, as `rest` makes it of
/// some boxes, is the same. The groups lie apart and are all of it: where `rest` is exact, so are they.
pub fn grouped<T: Point, B: Copy, S: Eq + Hash>(
    boxes: &[B],
    side: impl Fn(&B) -> (T, T),
    rest: impl Fn(&[B]) -> S,
) -> Vec<(Ranges<T>, S)> {
    let mut starts: Vec<T> = Vec::with_capacity(boxes.len() * 2);
    for (low, high) in boxes.iter().map(&side) {
        starts.push(low);
        starts.extend((high < T::MAX).then(|| high.next()));
    }
    starts.sort_unstable();
    starts.dedup();
    let mut groups: FxHashMap<S, Vec<(T, T)>> = FxHashMap::default();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(T::MAX, |next| next.previous());
        let is_here = |one: &&B| side(one).0 <= *start && end <= side(one).1;
        let here: Vec<B> = boxes.iter().filter(is_here).copied().collect();
        if here.is_empty() {
            continue;
        }
        groups.entry(rest(&here)).or_default().push((*start, end));
    }
    let mut groups: Vec<(Ranges<T>, S)> =
        groups.into_iter().map(|(rest, ranges)| (Ranges::collect(ranges), rest)).collect();
    groups.sort_unstable_by_key(|(ranges, _)| ranges.first());
    groups
}

/// Boxes of two sides by the first one. A group takes in of its neighbours what they hold as well, where that closes its gaps: it
/// is said in fewer words, and all of it together stays the same.
pub fn grouped_pairs<T: Point, U: Point, B: Copy>(
    boxes: &[B],
    side: impl Fn(&B) -> (T, T),
    other: impl Fn(&B) -> (U, U),
) -> Vec<(Ranges<T>, Ranges<U>)> {
    let groups = grouped(boxes, side, |here| Ranges::collect(here.iter().map(&other)));
    let closed = |(own, rest): &(Ranges<T>, Ranges<U>)| {
        let gaps = own.iter().count();
        let wide = match gaps {
            1 => Ranges::none(),
            _ => groups
                .iter()
                .filter(|(_, known)| known.contains(rest))
                .fold(own.clone(), |all, (own, _)| all.union(own)),
        };
        if !wide.is_empty() && wide.iter().count() < gaps { (wide, rest.clone()) } else { (own.clone(), rest.clone()) }
    };
    groups.iter().map(closed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Pair = ((u16, u16), (u16, u16));
    type Side = &'static [(u16, u16)];
    type Case = (&'static [Pair], &'static [(Side, Side)]);

    fn of(boxes: &[Pair]) -> Vec<(Ranges<u16>, Ranges<u16>)> {
        grouped_pairs(boxes, |one| one.0, |one| one.1)
    }

    fn ranges(list: &[(u16, u16)]) -> Ranges<u16> {
        Ranges::collect(list.iter().copied())
    }

    #[test]
    fn boxes_are_put_together_in_few_words() {
        let cases: &[Case] = &[
            (&[], &[]),
            (&[((1, 5), (1, 1)), ((1, 5), (3, 3))], &[(&[(1, 5)], &[(1, 1), (3, 3)])]),
            (&[((1, 5), (1, 1)), ((7, 9), (1, 1))], &[(&[(1, 5), (7, 9)], &[(1, 1)])]),
            // All with the first five, and one alone with the others.
            (&[((1, 5), (0, 9)), ((7, 9), (1, 1))], &[(&[(1, 5)], &[(0, 9)]), (&[(7, 9)], &[(1, 1)])]),
            // One with all ten, and three to five with all.
            (&[((0, 9), (1, 1)), ((3, 5), (0, 9))], &[(&[(0, 9)], &[(1, 1)]), (&[(3, 5)], &[(0, 9)])]),
            (&[((0, u16::MAX), (0, 1))], &[(&[(0, u16::MAX)], &[(0, 1)])]),
        ];
        for (boxes, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(own, rest)| (ranges(own), ranges(rest))).collect();
            assert_eq!(of(boxes), expected, "{boxes:?}");
        }
    }

    proptest! {
        #[test]
        fn groups_hold_what_the_boxes_hold(boxes in prop::collection::vec(((0u16..8, 0u16..8), (0u16..8, 0u16..8)), 0..6)) {
            let sorted = |(a, b): (u16, u16)| (a.min(b), a.max(b));
            let boxes: Vec<Pair> = boxes.into_iter().map(|(own, rest)| (sorted(own), sorted(rest))).collect();
            let groups = of(&boxes);
            for own in 0..8 {
                for rest in 0..8 {
                    let inside = |one: &Pair| (one.0.0..=one.0.1).contains(&own) && (one.1.0..=one.1.1).contains(&rest);
                    let in_groups = groups.iter().any(|(a, b)| a.covers(own, own) && b.covers(rest, rest));
                    prop_assert_eq!(boxes.iter().any(inside), in_groups);
                }
            }
        }
    }
}
