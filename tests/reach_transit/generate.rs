//! Networks that mostly work, with something wrong here and there.

use super::model::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Half of the task's subnet.
const HALF: Cidr = Cidr([10, 0, 1, 128], 25);
/// Blocks that entries name.
const BLOCKS: [Cidr; 6] = [ALL, PRIVATE, VPCS[0], HALF, VPCS[2], Cidr([8, 8, 8, 0], 24)];
/// Ports that entries name.
const PORTS: [(u16, u16); 5] = [(0, 65535), (443, 443), (1024, 65535), (32768, 40000), (1024, 2000)];

/// Where the sets above cut the task's addresses and the ports that a task or a NAT gateway takes: one of each cell.
pub(crate) const OWN: [[u8; 4]; 2] = [[10, 0, 1, 4], [10, 0, 1, 200]];
pub(crate) const OWN_PORTS: [u16; 2] = [32768, 60999];
pub(crate) const NAT_PORTS: [u16; 4] = [1024, 2001, 32768, 65535];

fn acl() -> impl Strategy<Value = Vec<Entry>> {
    let entry = (any::<bool>(), any::<bool>(), select(&BLOCKS[..]), select(&PORTS[..]))
        .prop_map(|(egress, allow, block, ports)| Entry { egress, allow, block, ports });
    prop_oneof![6 => Just(Vec::new()), 1 => vec(entry, 1..3)]
}

/// What is right, mostly.
fn mostly<T: Clone + std::fmt::Debug + 'static>(right: T, wrong: Vec<T>) -> impl Strategy<Value = T> {
    prop_oneof![16 => Just(right), 1 => select(wrong)]
}

fn routes() -> impl Strategy<Value = Vec<Vec<(Cidr, Target)>>> {
    let nothing = Vec::new;
    let to = |block: Cidr, target: Target| vec![(block, target)];
    let way_out = move |zone: usize| {
        let wrong = vec![
            nothing(),
            to(ALL, Target::Nat(1 - zone)),
            to(ALL, Target::Internet),
            to(ALL, Target::Vpn),
            to(ALL, Target::Transit),
        ];
        mostly(to(ALL, Target::Nat(zone)), wrong)
    };
    let of_nat = move || {
        let out = (ALL, Target::Internet);
        let wrong = vec![
            vec![out],
            vec![out, (VPCS[0], Target::Vpn)],
            vec![out, (HALF, Target::Transit)],
            vec![(VPCS[0], Target::Transit)],
            vec![(ALL, Target::Transit)],
        ];
        mostly(vec![out, (VPCS[0], Target::Transit)], wrong)
    };
    let task = mostly(to(ALL, Target::Transit), vec![nothing(), to(PRIVATE, Target::Transit), to(ALL, Target::Vpn)]);
    let back =
        mostly(to(VPCS[0], Target::Transit), vec![nothing(), to(ALL, Target::Transit), to(VPCS[0], Target::Vpn)]);
    let of_spoke = move || {
        let wrong = vec![
            to(ALL, Target::Transit),
            to(ALL, Target::Vpn),
            to(SUBNETS[TASK].2, Target::Appliance),
            to(SUBNETS[TASK].2, Target::Gone),
            to(HALF, Target::Gone),
        ];
        mostly(nothing(), wrong)
    };
    let spokes = (of_spoke(), of_spoke());
    (task, spokes, way_out(0), way_out(1), of_nat(), of_nat(), back).prop_map(
        move |(task, spokes, a, b, nat_a, nat_b, back)| {
            vec![task, spokes.0, spokes.1, a, b, nat_a, nat_b, nothing(), nothing(), back]
        },
    )
}

fn hops() -> impl Strategy<Value = [Vec<Hop>; 3]> {
    let spoke = vec![(ALL, Some(1)), (VPCS[2], Some(2))];
    let spoke = mostly(
        spoke.clone(),
        vec![
            spoke[..1].to_vec(),
            spoke[1..].to_vec(),
            vec![(ALL, Some(2))],
            vec![(ALL, Some(1)), (VPCS[2], None)],
            vec![(ALL, Some(0))],
            vec![(ALL, Some(1)), (VPCS[2], Some(0))],
        ],
    );
    let home = || {
        let right = vec![(VPCS[0], Some(0))];
        mostly(
            right.clone(),
            vec![
                vec![],
                vec![(VPCS[0], None)],
                vec![right[0], (HALF, None)],
                vec![(PRIVATE, Some(0))],
                vec![(ALL, Some(0))],
                vec![right[0], (ALL, Some(1))],
            ],
        )
    };
    (spoke, home(), home()).prop_map(|(spoke, egress, shared)| [spoke, egress, shared])
}

/// A network.
pub(crate) fn net() -> impl Strategy<Value = Net> {
    let zones = || mostly([true, true], vec![[true, false], [false, true]]);
    let flag = || mostly(true, vec![false]);
    let options = ([zones(), zones(), zones()], [flag(), flag(), flag()], [flag(), flag(), flag()]);
    ((any::<bool>(), any::<bool>()), routes(), vec(acl(), SUBNETS.len()), options, hops()).prop_map(
        |(in_b, routes, acls, (zones, plain, associated), hops)| Net {
            in_b,
            routes,
            acls,
            zones,
            appliances: plain.map(|plain| !plain),
            associated,
            hops,
        },
    )
}
