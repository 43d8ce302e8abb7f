//! Time zones by name, from the database that is compiled in: the same on every machine, with or
//! without one of its own.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use yumen_diagnostics::Message;
use yumen_diagnostics::section::{Section, suggest};

/// Where nobody said another one.
const DEFAULT: &str = "Asia/Shanghai";

/// The time zone of a name such as `Asia/Shanghai`.
///
/// # Errors
/// There is none of that name; the nearest one is told.
pub fn time_zone(name: &str) -> Result<TimeZone, Message> {
    let database = TimeZoneDatabase::bundled();
    database.get(name).map_err(|_| {
        let message = Message::new("zone-unknown").with("name", name);
        let known: Vec<_> = database.available().collect();
        let near = known.iter().map(jiff::tz::TimeZoneName::as_str);
        let near: Vec<&str> = near.filter(|one| is_near(one, name)).collect();
        if near.is_empty() {
            message.with("nearest", DEFAULT)
        } else {
            suggest(message, name, near.into_iter())
        }
    })
}

/// The time zone where none is named.
pub(crate) fn default_time_zone() -> TimeZone {
    time_zone(DEFAULT).unwrap_or(TimeZone::UTC)
}

/// The time zone that a section names under `time_zone`, else the one that stands.
pub(crate) fn read_time_zone(section: &mut Section<'_, '_>, standing: TimeZone) -> TimeZone {
    let Some((name, span)) = section.text("time_zone") else {
        return standing;
    };
    time_zone(name).unwrap_or_else(|message| {
        section.source().report(&span, message);
        standing
    })
}

/// A time as people read it: ISO 8601 with the offset that the zone has then.
pub(crate) fn shown(time: Timestamp, zone: &TimeZone) -> String {
    time.display_with_offset(zone.to_offset(time)).to_string()
}

/// Worth proposing: the same city, or about as long a name of the same region.
fn is_near(known: &str, name: &str) -> bool {
    let parts = |text: &str| {
        let text = text.to_ascii_lowercase().replace(' ', "_");
        let (region, city) = text.rsplit_once('/').unwrap_or(("", &text));
        (region.to_owned(), city.to_owned())
    };
    let ((region, city), (own_region, own_city)) = (parts(known), parts(name));
    city == own_city
        || (region == own_region && !region.is_empty() && city.len().abs_diff(own_city.len()) <= 2)
}

#[cfg(test)]
mod tests {
    use super::{default_time_zone, time_zone};
    use jiff::tz::TimeZone;

    #[test]
    fn zones_are_known_without_files() {
        assert_eq!(default_time_zone().iana_name(), Some("Asia/Shanghai"));
        assert_eq!(time_zone("UTC").unwrap().iana_name(), Some("UTC"));
        assert_ne!(time_zone("Europe/Berlin").unwrap(), TimeZone::UTC);
    }

    #[test]
    fn an_unknown_zone_is_told_with_the_nearest() {
        for (name, nearest) in [
            ("Asia/Shanghia", "Asia/Shanghai"),
            ("Shanghai", "Asia/Shanghai"),
            ("Europe/Berlim", "Europe/Berlin"),
            ("", "Asia/Shanghai"),
        ] {
            let told = time_zone(name).unwrap_err().to_string();
            let expected = format!("zone-unknown(name={name}, nearest={nearest})");
            assert_eq!(told, expected);
        }
    }
}
