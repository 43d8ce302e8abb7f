//! The parameters of a request: texts, numbers, and lists flattened as `Permissions.1.PortRange`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fail::Refusal;

/// The parameters of a request, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    pub(crate) fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// Every parameter, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A parameter that has a value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    /// A parameter, or nothing written for it.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// A parameter that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing(name))
    }

    /// A number, if it is there.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, Refusal> {
        self.get(name)
            .map(|value| value.parse().map_err(|_| Refusal::malformed(name)))
            .transpose()
    }

    /// True if a switch is on.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The texts of a list: `Name.1`, `Name.2` …, or a JSON array, or texts joined by commas.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        if let Some(value) = self.get(name) {
            let parsed = serde_json::from_str::<Vec<Value>>(value).ok();
            return match parsed {
                Some(values) => values
                    .iter()
                    .map(|value| {
                        value
                            .as_str()
                            .map_or_else(|| value.to_string(), str::to_owned)
                    })
                    .collect(),
                None => value
                    .split(',')
                    .map(|part| part.trim().to_owned())
                    .collect(),
            };
        }
        let prefix = format!("{name}.");
        let mut found: Vec<(usize, String)> = self
            .0
            .iter()
            .filter_map(|(of, value)| {
                let position = of.strip_prefix(&prefix)?.parse().ok()?;
                (!value.is_empty()).then(|| (position, value.clone()))
            })
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, value)| value).collect()
    }

    /// The parts of a list of objects: `Name.1.Field`, `Name.2.Field` …
    pub(crate) fn parts(&self, name: &str) -> Vec<Self> {
        let prefix = format!("{name}.");
        let mut parts: BTreeMap<usize, BTreeMap<String, String>> = BTreeMap::new();
        for (of, value) in &self.0 {
            let Some((position, field)) = of
                .strip_prefix(&prefix)
                .and_then(|rest| rest.split_once('.'))
            else {
                continue;
            };
            if let Ok(position) = position.parse() {
                let part = parts.entry(position).or_default();
                part.insert(field.to_owned(), value.clone());
            }
        }
        parts.into_values().map(Self).collect()
    }

    /// What stands under a name, `Name.1.Field.Inner`, as the value that it is flattened from;
    /// nothing if there is none.
    pub(crate) fn tree(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.get(name) {
            return Some(leaf(name.rsplit('.').next().unwrap_or(name), value));
        }
        let prefix = format!("{name}.");
        let mut keys: Vec<&str> = self
            .0
            .keys()
            .filter_map(|of| of.strip_prefix(&prefix)?.split('.').next())
            .collect();
        keys.sort_by_key(|key| key.parse::<usize>().unwrap_or(usize::MAX));
        keys.dedup();
        let inner = |key: &str| self.tree(&format!("{prefix}{key}"));
        if keys.is_empty() {
            None
        } else if keys.iter().all(|key| key.parse::<usize>().is_ok()) {
            Some(keys.into_iter().filter_map(inner).collect())
        } else {
            let fields = keys
                .into_iter()
                .filter_map(|key| Some((key.to_owned(), inner(key)?)));
            Some(Value::Object(fields.collect()))
        }
    }

    /// Tags to filter by or to set: `Tag.1.Key`, `Tag.1.Value` (older actions say `Tags`).
    pub(crate) fn tags(&self) -> Vec<(String, Option<String>)> {
        let mut parts = self.parts("Tag");
        parts.extend(self.parts("Tags"));
        parts
            .iter()
            .filter_map(|part| {
                let key = part.get("Key").or_else(|| part.get("key"))?;
                let value = part.get("Value").or_else(|| part.get("value"));
                Some((key.to_owned(), value.map(str::to_owned)))
            })
            .collect()
    }
}

/// Fields inside structured parameters that are numbers.
const NUMBERS: [&str; 12] = [
    "Order",
    "Weight",
    "Timeout",
    "QPS",
    "PerIpQps",
    "MaxAge",
    "HealthCheckConnectPort",
    "HealthCheckConnectTimeout",
    "HealthCheckInterval",
    "HealthCheckTimeout",
    "HealthyThreshold",
    "UnhealthyThreshold",
];

fn leaf(name: &str, value: &str) -> Value {
    match value {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ if NUMBERS.contains(&name) => value
            .parse::<u64>()
            .map_or_else(|_| Value::from(value), Value::from),
        _ => Value::from(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Parameters {
        Parameters::new(yumen_aliyun_protocol::encoding::parse_query(query))
    }

    #[test]
    fn lists_come_in_three_forms() {
        assert_eq!(of("Id.2=b&Id.10=c&Id.1=a").list("Id"), ["a", "b", "c"]);
        assert_eq!(of("Ids=[\"a\",\"b\"]").list("Ids"), ["a", "b"]);
        assert_eq!(of("Ids=a,b").list("Ids"), ["a", "b"]);
        assert!(of("Other=a").list("Ids").is_empty());
    }

    #[test]
    fn parts_are_in_the_order_of_their_numbers() {
        let parts = of("P.10.A=z&P.2.A=y&P.1.A=x&P.1.B=1").parts("P");
        let of_a: Vec<&str> = parts.iter().map(|part| part.text("A")).collect();
        assert_eq!(of_a, ["x", "y", "z"]);
        assert_eq!(parts[0].number("B"), Ok(Some(1)));
    }

    #[test]
    fn a_tree_is_what_it_was_flattened_from() {
        let parameters = of("A.1.Order=2&A.1.C.Values.2=y&A.1.C.Values.1=x&A.2.On=true&A.10.B=1");
        let expected = serde_json::json!([
            {"Order": 2, "C": {"Values": ["x", "y"]}},
            {"On": true},
            {"B": "1"},
        ]);
        assert_eq!(parameters.tree("A"), Some(expected));
        assert_eq!(parameters.tree("B"), None);
    }

    #[test]
    fn what_must_be_there_is_asked_for() {
        assert_eq!(of("A=").required("A").unwrap_err().code, "MissingA");
        assert_eq!(
            of("A=x").number("A").unwrap_err().code,
            "InvalidA.Malformed"
        );
    }
}
