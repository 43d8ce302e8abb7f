//! Schedules against an oracle that goes through every minute of years.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil::DateTime};
use proptest::prelude::*;
use proptest::sample::subsequence;
use yumen_change::{Due, Schedule, Schedules, time_zone};

/// A field as text and what it accepts, each made from the same choice but not from each other.
#[derive(Clone, Debug)]
struct Field {
    text: String,
    accepts: Vec<i8>,
}

fn star(from: i8, to: i8) -> impl Strategy<Value = Field> {
    (1..=7_i8).prop_map(move |step| Field {
        text: if step == 1 {
            "*".to_owned()
        } else {
            format!("*/{step}")
        },
        accepts: (from..=to).filter(|one| (one - from) % step == 0).collect(),
    })
}

fn list(from: i8, to: i8) -> impl Strategy<Value = Field> {
    let all: Vec<i8> = (from..=to).collect();
    subsequence(all, 1..=3).prop_map(|accepts| {
        let texts: Vec<String> = accepts.iter().map(ToString::to_string).collect();
        Field {
            text: texts.join(","),
            accepts,
        }
    })
}

fn range(from: i8, to: i8) -> impl Strategy<Value = Field> {
    (from..=to, from..=to, 1..=5_i8).prop_map(|(one, other, step)| {
        let (low, high) = (one.min(other), one.max(other));
        Field {
            text: format!("{low}-{high}/{step}"),
            accepts: (low..=high).filter(|own| (own - low) % step == 0).collect(),
        }
    })
}

fn field(from: i8, to: i8) -> impl Strategy<Value = Field> {
    prop_oneof![star(from, to), list(from, to), range(from, to)]
}

/// The fields in their order; hours are often those in which clocks are changed.
fn fields() -> impl Strategy<Value = [Field; 5]> {
    let hour = prop_oneof![
        field(0, 23),
        list(0, 3),
        Just(Field {
            text: "*".to_owned(),
            accepts: (0..24).collect(),
        })
    ];
    let day = prop_oneof![field(1, 31), star(1, 31)];
    let month = prop_oneof![
        Just(Field {
            text: "*".to_owned(),
            accepts: (1..=12).collect(),
        }),
        field(1, 12)
    ];
    let minute = prop_oneof![field(0, 59), list(0, 59)];
    (minute, hour, day, month, field(0, 6))
        .prop_map(|(minute, hour, day, month, weekday)| [minute, hour, day, month, weekday])
}

fn fits(fields: &[Field; 5], wall: DateTime) -> bool {
    let [minute, hour, day, month, weekday] = fields;
    let by_day = day.accepts.contains(&wall.day());
    let by_weekday = weekday
        .accepts
        .contains(&wall.date().weekday().to_sunday_zero_offset());
    let is_day = if day.text.starts_with('*') || weekday.text.starts_with('*') {
        by_day && by_weekday
    } else {
        by_day || by_weekday
    };
    is_day
        && month.accepts.contains(&wall.month())
        && hour.accepts.contains(&wall.hour())
        && minute.accepts.contains(&wall.minute())
}

/// Every time in a stretch, found by looking at the clock each minute: one that names its times
/// makes up for what the clock skipped and does nothing while it shows what it has shown before.
fn oracle(fields: &[Field; 5], walls: &[(Timestamp, DateTime)]) -> Vec<Timestamp> {
    let [minute, hour, ..] = fields;
    let by_clock = minute.text.starts_with('*') || hour.text.starts_with('*');
    let mut found = Vec::new();
    let mut furthest = walls[0].1;
    for (time, wall) in &walls[1..] {
        if by_clock {
            if fits(fields, *wall) {
                found.push(*time);
            }
            continue;
        }
        let mut due = false;
        while furthest < *wall {
            furthest += SignedDuration::from_mins(1);
            due |= fits(fields, furthest);
        }
        if due {
            found.push(*time);
        }
    }
    found
}

/// Zones whose clocks do everything that clocks have done in these years: half an hour, at
/// midnight, a whole day left out, changes of standard time, none at all.
const STRETCHES: [(&str, &str, i64); 9] = [
    ("Asia/Shanghai", "2026-01-01T00:00:00Z", 366),
    ("Europe/Berlin", "2025-11-03T00:00:00Z", 800),
    ("America/New_York", "2026-01-01T00:00:00Z", 800),
    ("Australia/Lord_Howe", "2026-02-01T00:00:00Z", 400),
    ("Pacific/Apia", "2011-02-01T00:00:00Z", 430),
    ("America/Sao_Paulo", "2016-09-01T00:00:00Z", 600),
    ("Africa/Casablanca", "2024-01-01T00:00:00Z", 500),
    ("Asia/Pyongyang", "2015-06-01T00:00:00Z", 90),
    ("Europe/Berlin", "2090-01-01T00:00:00Z", 366),
];

fn zone(name: &str) -> TimeZone {
    time_zone(name).unwrap()
}

fn walls(stretch: usize) -> (TimeZone, Vec<(Timestamp, DateTime)>) {
    let (name, begin, days) = STRETCHES[stretch];
    let zone = zone(name);
    let begin: Timestamp = begin.parse().unwrap();
    let times = (0..days * 24 * 60).map(|minute| begin + SignedDuration::from_mins(minute));
    let walls = times.map(|time| (time, zone.to_datetime(time))).collect();
    (zone, walls)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn schedules_are_due_when_a_look_at_the_clock_each_minute_says_so(
        fields in prop::collection::vec(fields(), 12), stretch in 0..STRETCHES.len()
    ) {
        let (zone, walls) = walls(stretch);
        let (begin, end) = (walls[0].0, walls[walls.len() - 1].0);
        for fields in &fields {
            let texts: Vec<&str> = fields.iter().map(|field| field.text.as_str()).collect();
            let text = texts.join(" ");
            let expected = oracle(fields, &walls);
            let Ok(schedule) = Schedule::parse(&text) else {
                prop_assert!(expected.is_empty(), "{}", text);
                continue;
            };
            let mut found = Vec::new();
            let mut time = begin;
            while let Some(next) = schedule.next_after(time, &zone).filter(|next| *next <= end) {
                prop_assert!(next > time);
                found.push(next);
                time = next;
            }
            prop_assert_eq!(&found, &expected, "{} in {}", text, STRETCHES[stretch].0);
        }
    }

    /// From wherever one asks, the next time is the first of all that lie behind.
    #[test]
    fn the_next_time_does_not_depend_on_where_one_asks(
        fields in fields(), stretch in 0..STRETCHES.len(), second in 0..3600 * 24 * 80_i64
    ) {
        let texts: Vec<&str> = fields.iter().map(|field| field.text.as_str()).collect();
        let Ok(schedule) = Schedule::parse(&texts.join(" ")) else { return Ok(()) };
        let (name, begin, _) = STRETCHES[stretch];
        let zone = zone(name);
        let begin: Timestamp = begin.parse().unwrap();
        let asked = begin + SignedDuration::from_secs(second);
        let next = schedule.next_after(asked, &zone);
        let mut walked = begin;
        while walked <= asked {
            let Some(later) = schedule.next_after(walked, &zone) else { return Ok(()) };
            walked = later;
        }
        prop_assert_eq!(next, Some(walked));
        prop_assert_eq!(schedule.due(begin, asked, &zone).map(|due| due.scheduled_for), {
            let last = schedule.due(begin, walked - SignedDuration::from_nanos(1), &zone);
            last.map(|due| due.scheduled_for)
        });
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn next(expression: &str, after: &str, name: &str) -> String {
    let schedule = Schedule::parse(expression).unwrap();
    let next = schedule.next_after(at(after), &zone(name));
    next.map_or("never".to_owned(), |next| next.to_string())
}

#[test]
fn what_the_clock_skips_runs_right_after_and_what_it_repeats_runs_once() {
    for (expression, after, zone, expected) in [
        // 02:00 to 03:00 do not exist on 2026-03-29 in Berlin.
        (
            "30 2 * * *",
            "2026-03-28T12:00:00Z",
            "Europe/Berlin",
            "2026-03-29T01:00:00Z",
        ),
        (
            "30 2 * * *",
            "2026-03-29T01:00:00Z",
            "Europe/Berlin",
            "2026-03-30T00:30:00Z",
        ),
        (
            "*/30 2 * * *",
            "2026-03-28T12:00:00Z",
            "Europe/Berlin",
            "2026-03-30T00:00:00Z",
        ),
        // 02:00 to 03:00 come twice on 2026-10-25.
        (
            "30 2 * * *",
            "2026-10-24T12:00:00Z",
            "Europe/Berlin",
            "2026-10-25T00:30:00Z",
        ),
        (
            "30 2 * * *",
            "2026-10-25T00:30:00Z",
            "Europe/Berlin",
            "2026-10-26T01:30:00Z",
        ),
        (
            "30 * * * *",
            "2026-10-25T00:30:00Z",
            "Europe/Berlin",
            "2026-10-25T01:30:00Z",
        ),
        // 2011-12-30 does not exist in Samoa.
        (
            "30 6 30 * *",
            "2011-12-01T00:00:00Z",
            "Pacific/Apia",
            "2011-12-30T10:00:00Z",
        ),
    ] {
        assert_eq!(
            next(expression, after, zone),
            expected,
            "{expression} after {after}"
        );
    }
}

#[test]
fn the_day_is_found_however_far_it_is() {
    for (expression, after, expected) in [
        ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
        // A Sunday, over the century that is no leap year.
        (
            "0 0 29 2 */7",
            "2088-03-01T00:00:00Z",
            "2128-02-29T00:00:00Z",
        ),
        ("@quarterly", "2026-11-25T00:00:00Z", "2027-01-01T00:00:00Z"),
        (
            "0 9 * * MON-fri",
            "2026-11-27T09:00:00Z",
            "2026-11-30T09:00:00Z",
        ),
        ("0 0 13 * 5", "2026-11-25T00:00:00Z", "2026-11-27T00:00:00Z"),
        ("0 0 * * 7", "2026-11-25T00:00:00Z", "2026-11-29T00:00:00Z"),
        ("59 23 31 12 *", "9999-12-30T00:00:00Z", "never"),
    ] {
        assert_eq!(next(expression, after, "UTC"), expected, "{expression}");
    }
}

#[test]
fn what_was_missed_is_made_up_for_once() {
    let daily = Schedule::parse("30 6 * * *").unwrap();
    let shanghai = zone("Asia/Shanghai");
    let due = |last: &str, now: &str| daily.due(at(last), at(now), &shanghai);
    assert_eq!(due("2026-11-20T22:30:00Z", "2026-11-21T22:29:59Z"), None);
    assert_eq!(
        due("2026-11-20T22:30:00Z", "2026-11-21T22:30:00Z"),
        Some(Due {
            scheduled_for: at("2026-11-21T22:30:00Z"),
            missed: 0
        })
    );
    assert_eq!(
        due("2026-11-20T22:30:00Z", "2026-11-25T12:00:00Z"),
        Some(Due {
            scheduled_for: at("2026-11-24T22:30:00Z"),
            missed: 3
        })
    );
    assert_eq!(due("2026-11-25T00:00:00Z", "2026-11-20T00:00:00Z"), None);
}

#[test]
fn what_is_no_schedule_is_told() {
    for (text, expected) in [
        ("", "schedule-fields(value=, number=0)"),
        ("* * * *", "schedule-fields(value=* * * *, number=4)"),
        (
            "60 * * * *",
            "schedule-field(field=minute, value=60, from=0, to=59)",
        ),
        (
            "* 24 * * *",
            "schedule-field(field=hour, value=24, from=0, to=23)",
        ),
        (
            "* * 0 * *",
            "schedule-field(field=day, value=0, from=1, to=31)",
        ),
        (
            "* * * foo *",
            "schedule-field(field=month, value=foo, from=1, to=12)",
        ),
        (
            "* * * * fri-mon",
            "schedule-field(field=weekday, value=fri-mon, from=0, to=7)",
        ),
        (
            "*/0 * * * *",
            "schedule-field(field=minute, value=*/0, from=0, to=59)",
        ),
        (
            "1,,2 * * * *",
            "schedule-field(field=minute, value=1,,2, from=0, to=59)",
        ),
        (
            "+1 * * * *",
            "schedule-field(field=minute, value=+1, from=0, to=59)",
        ),
        ("5/15 * * * *", "schedule-step(value=5/15)"),
        ("0 0 31 2,4 *", "schedule-never(value=0 0 31 2,4 *)"),
        ("@dayly", "schedule-name(value=@dayly, nearest=@daily)"),
    ] {
        assert_eq!(
            Schedule::parse(text).unwrap_err().to_string(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn the_section_has_defaults_and_tells_its_lines() {
    let (schedules, problems) = Schedules::parse("yumen.toml", "");
    assert!(problems.is_empty());
    assert_eq!(schedules.daily_check.unwrap().to_string(), "30 6 * * *");
    assert_eq!(
        schedules.quarterly_audit.unwrap().to_string(),
        "0 9 1 1,4,7,10 *"
    );
    assert_eq!(schedules.time_zone.iana_name(), Some("Asia/Shanghai"));
    let (schedules, problems) = Schedules::parse(
        "yumen.toml",
        "[schedule]\ndaily_check = \"off\"\nquarterly_audit = \"@quartely\"\n\
         time_zone = \"Europe/Berlin\"\ndaily_chek = 1\n",
    );
    let told: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.place, problem.message))
        .collect();
    assert_eq!(
        told,
        [
            "yumen.toml:3: schedule-name(value=@quartely, nearest=@quarterly)",
            "yumen.toml:5: config-unknown-key(key=daily_chek, nearest=daily_check)",
        ]
    );
    assert_eq!(schedules.daily_check, None);
    assert_eq!(schedules.time_zone.iana_name(), Some("Europe/Berlin"));
}
