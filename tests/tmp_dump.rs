use fargcheck::{facts, input, network, rules, snapshot::Sources};
#[test]
fn dump() {
    let dir = std::env::var("DUMPS").unwrap_or("/tmp/moto-dumps".into());
    let mut names: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    names.sort();
    let catalogue = rules::Catalogue::embedded(&facts::ENTITIES).unwrap();
    for rule in catalogue.rules() { if let Err(e) = rule.check() { println!("RULE {}: {} {:?}\n{:?}", rule.id(), e.message, e.help, &e.text[e.span.clone()]); } }
    for dir in names {
        let mut sources = Sources::default();
        let files = input::read(&[dir.clone()], &mut sources).unwrap();
        let snapshot = input::parse(&files, &sources).unwrap();
        let network = network::resolve(&snapshot, &[]).unwrap();
        let model = facts::Model::new(&network);
        let choice = rules::Choice { all: catalogue.rules().iter().collect(), selected: catalogue.rules().iter().map(|r| r.id().to_owned()).collect(), severities: Default::default() };
        let judgement = rules::judge(&model, &choice);
        println!("== {}", dir.file_name().unwrap().to_string_lossy());
        for f in &judgement.findings { println!("  {} {} {} {}: {} [{}]", f.severity, f.rule, f.resource.kind, f.resource.name.clone().unwrap_or_default(), f.message, f.blockers.join(",")); }
        for n in &judgement.not_checked { println!("  ? {} — {} {}", n.what, n.why, n.incomplete); }
    }
}
