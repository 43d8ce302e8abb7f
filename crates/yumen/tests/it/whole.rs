//! Everything that an audit says of the demo estate, in both languages, as it was read and found
//! right. `YUMEN_UPDATE=1 cargo test -p yumen whole` writes it anew.

use std::fs;
use std::path::Path;

use crate::program::yumen;

#[test]
fn the_whole_audit_of_the_demo_is_as_it_was_read() {
    let folder = tempfile::tempdir().unwrap();
    yumen(folder.path(), &["demo", "--audit-only", "--out", "d"]);
    for language in ["en", "zh"] {
        let run = yumen(folder.path(), &["audit", "d", "--all", "--lang", language]);
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/it")
            .join(format!("whole.{language}.txt"));
        if std::env::var_os("YUMEN_UPDATE").is_some() {
            fs::write(&file, &run.out).unwrap();
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        let mut lines = run.out.lines().zip(kept.lines());
        let differs = lines.find(|(now, kept)| now != kept);
        assert_eq!(differs, None, "{} is out of date", file.display());
        assert_eq!(run.out, kept, "{} is out of date", file.display());
    }
}
