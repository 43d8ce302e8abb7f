//! Snapshots come back byte for byte, cost little, and go when nobody wants them.

use std::collections::{BTreeMap, BTreeSet};

use yumen_ledger::Hash;
use yumen_store::{Location, Retention, StoreError};

use crate::fixture::{NOW, Place, keys_of, run_sql, url_of};

const DAY: i64 = 24 * 60 * 60 * 1000;

type Files = BTreeMap<String, Vec<u8>>;

/// The demo estate, collected on a day: new request ids, and a description that changed.
fn collected(day: i64) -> Files {
    let files = yumen_cloudlab::demo().into_iter();
    let mut files: Files = files.map(|file| (file.path, file.bytes)).collect();
    let mut number = 0;
    for (path, bytes) in &mut files {
        let text = String::from_utf8(std::mem::take(bytes)).unwrap();
        let mut new = String::new();
        for (at, part) in text.split("\"RequestId\"").enumerate() {
            if at == 0 {
                new.push_str(part);
                continue;
            }
            number += 1;
            let hash = Hash::of_content(format!("{day} {number} {path}").as_bytes()).to_hex();
            let id = hash.to_uppercase();
            let mut quotes = part.splitn(4, '"');
            let (colon, _, rest) = (
                quotes.next().unwrap(),
                quotes.next().unwrap(),
                quotes.next().unwrap(),
            );
            new.push_str(&format!(
                "\"RequestId\"{colon}\"{}-{}-{}-{}-{}\"{rest}",
                &id[..8],
                &id[8..12],
                &id[12..16],
                &id[16..20],
                &id[20..32]
            ));
            if let Some(last) = quotes.next() {
                new.push('"');
                new.push_str(last);
            }
        }
        *bytes = new.into_bytes();
    }
    // A rule more or less each day, in one of the groups.
    let groups: Vec<String> = files
        .keys()
        .filter(|path| path.contains("DescribeSecurityGroupAttribute/"))
        .cloned()
        .collect();
    let changed = &groups[usize::try_from(day).unwrap() % groups.len()];
    let bytes = files.get_mut(changed).unwrap();
    let text = String::from_utf8(std::mem::take(bytes)).unwrap();
    let new = format!("\"Description\": \"changed on day {day}\", \"NicType\"");
    *bytes = text.replacen("\"NicType\"", &new, 1).into_bytes();
    let manifest = files.get_mut("manifest.json").unwrap();
    manifest.extend(format!("{{\"collected_at\": \"day {day}\"}}\n").bytes());
    files
}

#[test]
fn a_snapshot_comes_back_byte_for_byte() {
    for place in Place::each() {
        let store = place.open();
        let mut files = collected(1);
        files.insert("empty".into(), vec![]);
        files.insert("not text".into(), (0..=255).cycle().take(5000).collect());
        store.put_snapshot("one", &files, NOW).unwrap();
        store.put_snapshot("two", &collected(2), NOW + 1).unwrap();
        assert_eq!(store.get_snapshot("one").unwrap(), files);
        assert_eq!(store.get_snapshot("two").unwrap(), collected(2));
        let missing = store.get_snapshot("three").unwrap_err();
        assert!(matches!(missing, StoreError::NoSnapshot { .. }));
        // The same again is only seen again.
        store.put_snapshot("one", &Files::new(), NOW + 9).unwrap();
        assert_eq!(store.get_snapshot("one").unwrap(), files);
        let all = store.snapshots().unwrap();
        assert_eq!((all[0].first_at, all[0].last_at), (NOW, NOW + 9));
        assert_eq!(store.check(keys_of).unwrap().differences, []);
        run_sql(&url_of(&place.location), "UPDATE snapshot SET cuts = list");
        assert_eq!(store.check(keys_of).unwrap().differences.len(), 2);
    }
}

#[test]
fn a_thousand_daily_versions_cost_less_than_ten_megabytes() {
    let place = Place::sqlite();
    let store = place.open();
    let mut bytes = 0;
    for day in 0..1000 {
        let files = collected(day);
        bytes += files.values().map(Vec::len).sum::<usize>();
        let address = format!("day {day}");
        store
            .put_snapshot(&address, &files, NOW + day * DAY)
            .unwrap();
    }
    for day in [0, 500, 999] {
        assert_eq!(
            store.get_snapshot(&format!("day {day}")).unwrap(),
            collected(day)
        );
    }
    drop(store);
    let Location::Sqlite(path) = &place.location else {
        panic!("a place on SQLite is elsewhere")
    };
    let size = std::fs::metadata(path).unwrap().len();
    println!("1,000 versions of {bytes} bytes in all cost {size} bytes");
    assert!(size < 10_000_000, "{size} bytes");
}

#[test]
fn what_is_not_wanted_goes_and_what_is_named_stays() {
    for place in Place::each() {
        let store = place.open();
        for day in 0..60 {
            let mut files = Files::new();
            files.insert("same".into(), vec![b'x'; 3000]);
            files.insert("own".into(), format!("day {day}").into_bytes());
            store
                .put_snapshot(&format!("day {day:02}"), &files, NOW + day * DAY)
                .unwrap();
        }
        let policy = Retention {
            all_days: 3,
            daily_days: 7,
            weekly_days: 21,
            monthly_days: 40,
        };
        let named = BTreeSet::from(["day 05".to_owned()]);
        let now = NOW + 59 * DAY;
        let removed = store.retain(&policy, &named, now).unwrap();
        let kept: Vec<String> = store
            .snapshots()
            .unwrap()
            .into_iter()
            .map(|one| one.address)
            .collect();
        // Day 0 is Wednesday, 2026-11-18: weeks end on days 4, 11 …, months on days 12 and 43.
        let expected = [
            "day 05", "day 39", "day 43", "day 46", "day 52", "day 53", "day 54", "day 55",
            "day 56", "day 57", "day 58", "day 59",
        ];
        assert_eq!(kept, expected);
        assert_eq!(removed.snapshots.len(), 60 - kept.len());
        assert!(removed.chunks > removed.snapshots.len());
        for address in &kept {
            assert_eq!(store.get_snapshot(address).unwrap().len(), 2);
        }
        assert_eq!(store.check(keys_of).unwrap().differences, []);
        assert_eq!(
            store.retain(&policy, &named, now).unwrap(),
            Default::default()
        );
        let none = Retention {
            all_days: 0,
            daily_days: 0,
            weekly_days: 0,
            monthly_days: 0,
        };
        store
            .retain(&none, &BTreeSet::new(), now + 1000 * DAY)
            .unwrap();
        assert_eq!(store.snapshots().unwrap().len(), 1);
    }
}
