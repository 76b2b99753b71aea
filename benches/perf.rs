#[path = "support/mod.rs"]
mod support;
use fargcheck::{facts, input, network, rules, snapshot::Sources};
use std::time::Instant;
fn main() {
    let path = support::scratch("large.json");
    support::Generator::write(&path, 200 << 20);
    for _ in 0..3 {
        let t = Instant::now();
        let mut sources = Sources::default();
        let files = input::read(&[path.clone()], &mut sources).unwrap();
        println!("read {:?}", t.elapsed());
        let snapshot = input::parse(&files, &sources).unwrap();
        println!("parse {:?}", t.elapsed());
        let network = network::resolve(&snapshot, &[]).unwrap();
        println!("resolve {:?}", t.elapsed());
        let model = facts::Model::new(&network);
        println!("model {:?} flows {}", t.elapsed(), model.flows.len());
        let catalogue = rules::Catalogue::embedded(&facts::ENTITIES).unwrap();
        let choice = rules::Choice {
            all: catalogue.rules().iter().collect(),
            selected: catalogue.rules().iter().map(|r| r.id().to_owned()).collect(),
            severities: Default::default(),
        };
        for rule in catalogue.rules() {
            use facts::Facts;
            let s = Instant::now();
            let mut n = 0;
            for index in 0..model.count(rule.subject()) {
                n += 1;
                std::hint::black_box(rule.judge(&model, facts::Entity { ty: rule.subject(), index }));
            }
            if s.elapsed().as_millis() > 5 {
                println!("   {} {} {:?}", rule.id(), n, s.elapsed());
            }
        }
        println!("rules {:?}", t.elapsed());
        let j = rules::judge(&model, &choice);
        println!("judge {:?} findings {} notchecked {}", t.elapsed(), j.findings.len(), j.not_checked.len());
    }
}
