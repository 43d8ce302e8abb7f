//! The 47 items find something wrong and something right in the demo estate, judged by its own
//! `yumen.toml`.

use std::num::NonZeroUsize;

use yumen_baseline::{Estate, Findings, Judgement, Settings, Verdict};
use yumen_cloudlab::{DEMO_COLLECTED_AT, DEMO_SETTINGS, demo};
use yumen_reach::{Analysis, Internet, LateralReach, Topology, conflicts, exposures, fates};

#[test]
fn every_item_finds_something_in_the_demo() {
    let (settings, problems) = Settings::parse("yumen.toml", DEMO_SETTINGS);
    assert!(problems.is_empty(), "{problems:?}");
    let files = demo().into_iter().map(|file| (file.path, file.bytes));
    let snapshot = yumen_aliyun::read_files(files).unwrap();
    let topology = Topology::new(&snapshot, &Internet::without(&settings.trusted));
    let analysis = Analysis::new(topology, NonZeroUsize::MIN).unwrap();
    let exposures = exposures(&analysis).unwrap();
    let fates = fates(&analysis, true).unwrap();
    let conflicts = conflicts(&analysis);
    let lateral = LateralReach::new(&analysis).unwrap();
    let found = Findings {
        analysis: &analysis,
        exposures: &exposures,
        fates: &fates,
        conflicts: Some(&conflicts),
        lateral: Some(&lateral),
        as_of: Some(DEMO_COLLECTED_AT.parse().unwrap()),
        records: None,
    };
    let estate = Estate::new(found, &settings);
    let judgement = Judgement::new(&estate, &[], NonZeroUsize::MIN).unwrap();
    assert_eq!(judgement.items.len(), 47);
    let (mut quiet, mut wrong) = (Vec::new(), Vec::new());
    for judged in &judgement.items {
        let (id, verdict) = (judged.item.id.0, judged.verdict());
        if verdict != Verdict::Fail {
            quiet.push((id, verdict));
        } else if judged.rate().0 == 0 {
            wrong.push(id);
        }
    }
    // What asks a ledger cannot be judged without one.
    let asks = Verdict::NotAssessed;
    assert_eq!(quiet, [("GOV-01", asks), ("GOV-03", asks)]);
    // Everywhere else something is right beside what is wrong; of log stores and accounts there
    // is only one.
    assert_eq!(wrong, ["LOG-02", "LOG-03"]);
}
