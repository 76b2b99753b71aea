//! The algebra of packet sets, proved by an SMT solver: z3 shows for every result that no number at all is against it.

mod python_support;

use fargcheck::network::{Point, Ranges};
use fargcheck::reach::{Flowing, Packets, subtract};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

/// So many operands of each kind are drawn; each of them gives several results.
const DRAWS: usize = 250;

/// z3 is asked by so many processes.
const PROVERS: usize = 2;

type Range<T> = (T, T);

/// Ranges that meet, touch and overlap often: their ends are near each other, or at either end of all numbers.
fn ranges<T: Point + 'static>(near: Vec<T>) -> impl Strategy<Value = Vec<Range<T>>> {
    vec((select(near.clone()), select(near)), 0..7)
        .prop_map(|list| list.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect())
}

fn ports() -> Vec<u16> {
    let around = |middle: u16| (0..4).map(move |step| middle - 2 + step);
    (0..4).chain([22, 80, 443, 1023, 1024]).chain(around(32768)).chain(around(61000)).chain(65533..=65535).collect()
}

/// Addresses as `network` has them: IPv4 is mapped into IPv6's space.
fn addresses() -> Vec<u128> {
    let v4 = 0xffff_0000_0000u128;
    let task = v4 + 0x0a00_0000;
    let ends = [0, 1, v4 - 1, v4, v4 + 0xffff_ffff, v4 + 0x1_0000_0000, u128::MAX - 1, u128::MAX];
    let cloud = 0x2600_1f18_0000_0000_0000_0000_0000_0000u128;
    ends.into_iter().chain(task..task + 6).chain([task + 255, task + 256, cloud, cloud + (1 << 64) - 1]).collect()
}

fn boxes() -> impl Strategy<Value = Vec<Packets>> {
    let side = || (select(addresses()), select(addresses())).prop_map(|(a, b)| (a.min(b), a.max(b)));
    let port = || (select(ports()), select(ports())).prop_map(|(a, b)| (a.min(b), a.max(b)));
    let one = (side(), side(), port(), port()).prop_map(|(own, remote, own_ports, remote_ports)| Packets {
        own,
        remote,
        own_ports,
        remote_ports,
    });
    vec(one, 0..5)
}

fn pair<T: Display>((low, high): Range<T>) -> Value {
    json!([low.to_string(), high.to_string()])
}

/// Ranges as boxes of one side.
fn lines<T: Display>(ranges: impl IntoIterator<Item = Range<T>>) -> Value {
    ranges.into_iter().map(|range| json!([pair(range)])).collect()
}

fn written(boxes: &[Packets]) -> Value {
    let one = |one: &Packets| json!([pair(one.own), pair(one.remote), pair(one.own_ports), pair(one.remote_ports)]);
    boxes.iter().map(one).collect()
}

fn case(widths: &[u32], operation: &str, left: &Value, right: &Value, result: Value) -> Value {
    json!({ "widths": widths, "operation": operation, "left": left, "right": right, "result": result })
}

/// Everything that ranges can do with two operands.
fn of_ranges<T: Point + Display>(width: u32, left: &[Range<T>], right: &[Range<T>], cases: &mut Vec<Value>) {
    let (a, b) = (Ranges::collect(left.iter().copied()), Ranges::collect(right.iter().copied()));
    let (raw_left, raw_right) = (lines(left.iter().copied()), lines(right.iter().copied()));
    let (as_left, as_right, none) = (lines(a.iter()), lines(b.iter()), json!([]));
    let mut add = |operation: &str, left: &Value, right: &Value, result: Value| {
        cases.push(case(&[width], operation, left, right, result));
    };
    // Collecting is itself a union: of what is given in any order.
    add("union", &raw_left, &none, as_left.clone());
    add("union", &raw_left, &raw_right, lines(a.union(&b).iter()));
    add("intersection", &as_left, &as_right, lines(a.intersection(&b).iter()));
    add("difference", &as_left, &as_right, lines(a.difference(&b).iter()));
    add("contains", &as_left, &as_right, a.contains(&b).into());
    add("is_empty", &as_left, &none, a.is_empty().into());
    for (low, high) in right.iter().take(1) {
        let one = lines([(*low, *high)]);
        add("contains", &as_left, &one, a.covers(*low, *high).into());
        add("touches", &as_left, &one, a.touches(*low, *high).into());
    }
}

/// What boxes of packets are asked for: what is left of them, and whether a flow is covered by them.
fn of_boxes(whole: &[Packets], parts: &[Packets], cases: &mut Vec<Value>) {
    const WIDTHS: [u32; 4] = [128, 128, 16, 16];
    let Some(first) = whole.first() else { return };
    let flow = Flowing {
        own: Ranges::one(first.own.0, first.own.1),
        remote: Ranges::collect(whole.iter().map(|one| one.remote)),
        own_ports: first.own_ports,
        remote_ports: Ranges::collect(whole.iter().map(|one| one.remote_ports)),
    };
    let (boxes, right) = (flow.boxes(), written(parts));
    let left = written(&boxes);
    cases.push(case(&WIDTHS, "difference", &left, &right, written(&subtract(boxes.clone(), parts))));
    cases.push(case(&WIDTHS, "contains", &right, &left, flow.is_covered_by(parts).into()));
    // With the flow's own boxes among the parts it is covered, and at times not with all but one.
    let more: Vec<Packets> = boxes.into_iter().skip(parts.len() % 2).chain(parts.iter().copied()).collect();
    cases.push(case(&WIDTHS, "contains", &written(&more), &left, flow.is_covered_by(&more).into()));
}

/// The same operands in every run, and fargcheck's results.
fn cases() -> Vec<Value> {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut cases = Vec::new();
    let two_of_ports = (ranges(ports()), ranges(ports()));
    let two_of_addresses = (ranges(addresses()), ranges(addresses()));
    let two_of_boxes = (boxes(), boxes());
    for _ in 0..DRAWS {
        let (left, right) = two_of_ports.new_tree(&mut runner).expect("nothing is rejected").current();
        of_ranges(16, &left, &right, &mut cases);
        let (left, right) = two_of_addresses.new_tree(&mut runner).expect("nothing is rejected").current();
        of_ranges(128, &left, &right, &mut cases);
        let (whole, parts) = two_of_boxes.new_tree(&mut runner).expect("nothing is rejected").current();
        of_boxes(&whole, &parts, &mut cases);
    }
    cases
}

/// The case with a result that is wrong for certain: the opposite, a box less of those that don't overlap, or one too many.
fn spoilt(case: &Value) -> Value {
    let mut spoilt = case.clone();
    let widths = case["widths"].as_array().expect("a list").len();
    match &mut spoilt["result"] {
        Value::Bool(answer) => *answer = !*answer,
        Value::Array(boxes) if boxes.is_empty() => {
            boxes.push((0..widths).map(|_| json!(["5", "5"])).collect());
        }
        Value::Array(boxes) => drop(boxes.pop()),
        other => unreachable!("no result is {other}"),
    }
    spoilt
}

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "smt", name].iter().collect()
}

fn prover(python: &Path) -> Child {
    Command::new(python)
        .arg(file("prove.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the environment has a Python")
}

/// The numbers of the cases that z3 finds wrong, with what shows it.
fn refuted(cases: &[Value]) -> Vec<(usize, String)> {
    let python = python_support::environment("smt", &file("requirements.txt"));
    let share = cases.len().div_ceil(PROVERS).max(1);
    let of_share = |first: usize, cases: &[Value]| -> Vec<(usize, String)> {
        let mut child = prover(&python);
        let mut stdin = child.stdin.take().expect("it is piped");
        let text: String = cases.iter().map(|case| format!("{case}\n")).collect();
        thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(text.as_bytes()).expect("the prover reads everything"));
            let output = child.wait_with_output().expect("it was started here");
            assert!(output.status.success(), "the prover failed, see above");
            let lines = String::from_utf8(output.stdout).expect("it prints UTF-8");
            let read = |line: &str| {
                let found: Value = serde_json::from_str(line).expect("it prints JSON");
                let number = found["case"].as_u64().expect("the number of a case") as usize;
                (first + number, found["shown_by"].to_string())
            };
            lines.lines().map(read).collect()
        })
    };
    thread::scope(|scope| {
        let of_share = &of_share;
        let shares = cases.chunks(share).enumerate();
        let provers: Vec<_> =
            shares.map(|(index, cases)| scope.spawn(move || of_share(index * share, cases))).collect();
        let join = |prover: thread::ScopedJoinHandle<'_, _>| prover.join().expect("the prover's thread ends well");
        provers.into_iter().flat_map(join).collect()
    })
}

#[test]
fn z3_finds_no_number_against_any_result() {
    let cases = cases();
    let wrong = refuted(&cases);
    println!("{} results", cases.len());
    for operation in ["union", "intersection", "difference", "contains", "touches", "is_empty"] {
        let of_operation = || cases.iter().filter(|case| case["operation"] == operation);
        let is_trivial = |case: &&Value| case["result"] == json!([]) || case["result"] == json!(false);
        let trivial = of_operation().filter(is_trivial).count();
        println!("{operation}: {} results, {trivial} of them empty or no", of_operation().count());
        assert!(of_operation().count() > trivial && trivial > 0, "{operation} has one kind of result only");
    }
    let told: Vec<String> = wrong.iter().map(|(number, why)| format!("{why}: {}", cases[*number])).collect();
    assert!(told.is_empty(), "{} results are wrong\n{}", told.len(), told.join("\n"));
}

#[test]
fn z3_finds_what_is_wrong() {
    // Every eleventh, so that each operation has its turn; beside each the right one.
    let right: Vec<Value> = cases().into_iter().step_by(11).collect();
    let both: Vec<Value> = right.iter().flat_map(|case| [case.clone(), spoilt(case)]).collect();
    let found: BTreeSet<usize> = refuted(&both).into_iter().map(|(number, _)| number).collect();
    let expected: BTreeSet<usize> = (0..both.len()).skip(1).step_by(2).collect();
    assert_eq!(found, expected);
}
