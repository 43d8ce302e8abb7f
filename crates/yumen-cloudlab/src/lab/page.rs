//! One page of a list: which items pass the filters, which of them the page holds, and what the
//! page says of itself.

use serde_json::{Value, json};

use super::estate::{Document, Item, Object, text, texts};
use super::fail::Refusal;
use super::parameters::Parameters;
use crate::listing::{Counters, Listing};
use crate::random::hash;

/// Lists of ECS that count pages by number, too.
const BOTH: [&str; 3] = [
    "ecs/DescribeInstances",
    "ecs/DescribeNetworkInterfaces",
    "ecs/DescribeSecurityGroups",
];

/// Parameters that say what is asked for, not which items of it.
const NOT_A_FILTER: [&str; 14] = [
    "RegionId",
    "PageNumber",
    "PageSize",
    "MaxResults",
    "MaxResult",
    "NextToken",
    "Action",
    "Version",
    "Format",
    "OwnerId",
    "OwnerAccount",
    "ResourceOwnerId",
    "ResourceOwnerAccount",
    "DryRun",
];

/// Filters whose names are not the names of the fields: parameter, then field.
const ALIASES: [(&str, &str); 22] = [
    ("InstanceIds", "InstanceId"),
    ("SecurityGroupIds", "SecurityGroupId"),
    ("LoadBalancerIds", "LoadBalancerId"),
    ("ListenerIds", "ListenerId"),
    ("ServerGroupIds", "ServerGroupId"),
    ("AclIds", "AclId"),
    ("AclNames", "AclName"),
    ("RuleIds", "RuleId"),
    ("DBInstanceIds", "DBInstanceId"),
    ("EipAddress", "IpAddress"),
    ("EipName", "Name"),
    ("AssociatedInstanceId", "InstanceId"),
    ("PrimaryIpAddress", "PrivateIpAddress"),
    ("PrefixListId", "PrefixListId"),
    ("PortRangeListId", "PortRangeListId"),
    ("NetworkInterfaceId", "NetworkInterfaceId"),
    ("LoadBalancerNames", "LoadBalancerName"),
    ("ServerGroupNames", "ServerGroupName"),
    ("VpcIds", "VpcId"),
    ("ServerIds", "ServerId"),
    ("Ipv4GatewayId", "Ipv4GatewayId"),
    ("NameList", "Name"),
];

/// What a list was for one moment, on a cloud that changes while it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// One item more, which is gone again at once
    Extra,
    /// One item less, which is there again at once
    Fewer,
}

/// Answers one page of a list. `moment` disturbs it if it has more than one page.
pub(crate) fn page(
    listing: &Listing,
    document: Option<&Document>,
    parameters: &Parameters,
    seed: u64,
    moment: Option<Moment>,
) -> Result<Object, Refusal> {
    let nothing = Document::default();
    let document = document.unwrap_or(&nothing);
    if let Some(refusal) = &document.refused {
        return Err(refusal.clone());
    }
    let items: Vec<&Item> = document
        .items
        .iter()
        .filter(|item| passes(listing.path, &item.object, parameters))
        .collect();
    let by_number = counts_by_number(listing, parameters);
    let size = size(listing, parameters, by_number)?;
    let extra;
    let items = match moment {
        Some(Moment::Extra) if items.len() > size => {
            extra = passing_item(items.first().copied());
            extra.iter().chain(items).collect()
        }
        Some(Moment::Fewer) if items.len() > size => items.into_iter().skip(1).collect(),
        _ => items,
    };
    let mut answer = document.head.clone();
    let total = items.len();
    let shown: Vec<&Item> = if by_number {
        let number = parameters.number("PageNumber")?.unwrap_or(1);
        if number == 0 {
            return Err(Refusal::unsupported_value("PageNumber"));
        }
        answer.extend(number_counters(listing, number, size, total));
        let before = size.saturating_mul(number - 1);
        items.into_iter().skip(before).take(size).collect()
    } else {
        let after = match parameters.get("NextToken") {
            None => 0,
            Some(token) => sequence_of(token, listing.path, seed).ok_or_else(|| {
                Refusal::new(
                    400,
                    "InvalidNextToken",
                    "The specified NextToken is invalid.",
                )
            })?,
        };
        let mut rest = items.into_iter().filter(|item| item.sequence > after);
        let shown: Vec<&Item> = rest.by_ref().take(size).collect();
        let next = shown.last().filter(|_| rest.next().is_some());
        let next = next.map(|last| token(last.sequence, listing.path, seed));
        answer.extend(token_counters(listing, size, total, next));
        shown
    };
    let count = shown.len();
    let list: Vec<Value> = shown
        .into_iter()
        .map(|item| Value::Object(item.object.clone()))
        .collect();
    let list = if listing.inner.is_empty() {
        Value::Array(list)
    } else {
        json!({ listing.inner: list })
    };
    answer.insert(listing.outer.to_owned(), list);
    match listing.path {
        "vpc/DescribeFlowLogs" => answer.insert("Success".to_owned(), json!("true")),
        "slb/DescribeAccessControlLists" => answer.insert("Count".to_owned(), json!(count)),
        path if path.starts_with("rds/") && listing.counters == Counters::Records => {
            answer.insert("PageRecordCount".to_owned(), json!(count))
        }
        _ => None,
    };
    Ok(answer)
}

fn counts_by_number(listing: &Listing, parameters: &Parameters) -> bool {
    match listing.counters {
        Counters::Numbers | Counters::Texts | Counters::Records => true,
        _ if BOTH.contains(&listing.path) => {
            parameters.get("MaxResults").is_none() && parameters.get("NextToken").is_none()
        }
        _ => false,
    }
}

fn size(listing: &Listing, parameters: &Parameters, by_number: bool) -> Result<usize, Refusal> {
    let limit = listing.limit;
    let (name, least, usual) = match (listing.path, by_number) {
        _ if listing.counters == Counters::Whole => return Ok(usize::MAX),
        ("ecs/DescribeSecurityGroupAttribute", _) => ("MaxResults", 10, 500),
        ("ecs/DescribeNetworkInterfaces", false) => ("MaxResults", 10, 10),
        ("vpc/DescribeRouteEntryList", _) => ("MaxResult", 1, 50),
        ("rds/DescribeDBInstances", _) => ("PageSize", 1, 30),
        (path, false) if path.starts_with("alb/") || path.starts_with("nlb/") => {
            ("MaxResults", 1, 20)
        }
        (_, true) => ("PageSize", 1, 10),
        (_, false) => ("MaxResults", 1, 10),
    };
    let size = parameters.number(name)?.unwrap_or(usual);
    if size < least || size > limit {
        return Err(Refusal::new(
            400,
            format!("InvalidParameter.{name}"),
            format!("The specified {name} is invalid: it must be from {least} to {limit}."),
        ));
    }
    Ok(size)
}

fn number_counters(listing: &Listing, number: usize, size: usize, total: usize) -> Object {
    let mut counters = Object::new();
    let mut put = |name: &str, value: Value| {
        counters.insert(name.to_owned(), value);
    };
    match listing.counters {
        Counters::Texts => {
            put("PageNumber", json!(number.to_string()));
            put("PageSize", json!(size.to_string()));
            put("TotalCount", json!(total.to_string()));
        }
        Counters::Records => {
            put("PageNumber", json!(number));
            put("PageRecordCount", json!(size));
            put("TotalRecordCount", json!(total));
        }
        counters => {
            put("PageNumber", json!(number));
            put("PageSize", json!(size));
            put("TotalCount", json!(total));
            if counters == Counters::NumbersAndToken {
                put("NextToken", json!(""));
            }
        }
    }
    counters
}

fn token_counters(listing: &Listing, size: usize, total: usize, next: Option<String>) -> Object {
    let mut counters = Object::new();
    let mut put = |name: &str, value: Value| {
        counters.insert(name.to_owned(), value);
    };
    match listing.counters {
        Counters::Whole => return counters,
        Counters::MaxResults => {
            put("MaxResults", json!(size));
            put("TotalCount", json!(total));
        }
        Counters::TokenAndText => put("TotalCount", json!(total.to_string())),
        _ => {}
    }
    match (listing.counters, next) {
        (_, Some(next)) => put("NextToken", json!(next)),
        (Counters::MaxResults | Counters::BareToken, None) => {}
        (_, None) => put("NextToken", json!("")),
    }
    counters
}

/// A token names the last item of its page, so it stays good while items come and go.
fn token(sequence: u64, path: &str, seed: u64) -> String {
    let key = hash(path) ^ seed;
    let check = hash(&format!("{key:x}/{sequence}"));
    format!("{:016x}{check:016x}", sequence ^ key)
}

fn sequence_of(given: &str, path: &str, seed: u64) -> Option<u64> {
    let (head, _) = given.split_at_checked(16)?;
    let sequence = u64::from_str_radix(head, 16).ok()? ^ hash(path) ^ seed;
    (token(sequence, path, seed) == given).then_some(sequence)
}

/// An item like another, under an id of its own, in front of everything.
fn passing_item(like: Option<&Item>) -> Option<Item> {
    let like = like?;
    let mut object = like.object.clone();
    for (name, value) in &mut object {
        if let (true, Value::String(id)) = (name.ends_with("Id"), &mut *value)
            && let Some(cut) = id
                .len()
                .checked_sub(4)
                .filter(|cut| id.is_char_boundary(*cut))
            && name != "VpcId"
        {
            id.truncate(cut);
            id.push_str("zzzz");
        }
    }
    let sequence = like.sequence.saturating_sub(1);
    Some(Item { sequence, object })
}

/// True if an item is among what was asked for: a parameter that is named after a field filters
/// by it.
fn passes(path: &str, object: &Object, parameters: &Parameters) -> bool {
    // Attachments of a transit router are those of its region.
    let region = parameters.get("RegionId");
    if path == "cbn/ListTransitRouterVpcAttachments"
        && region.is_some_and(|region| text(object, "VpcRegionId") != region)
    {
        return false;
    }
    let named = parameters.iter().all(|(name, value)| {
        let base = name.split('.').next().unwrap_or(name);
        if value.is_empty() || NOT_A_FILTER.contains(&base) || base.starts_with("Tag") {
            return true;
        }
        let is_alias = |(alias, _): &&(&str, &str)| *alias == base;
        let field = ALIASES
            .iter()
            .find(is_alias)
            .map_or(base, |(_, field)| *field);
        let wanted = parameters.list(base);
        let is_wanted = |found: &str| wanted.iter().any(|one| one == found);
        if value == "all" && field == "Direction" {
            return true;
        }
        if base == "SecurityGroupId" && object.contains_key("SecurityGroupIds") {
            return texts(object, "SecurityGroupIds", "SecurityGroupId").any(is_wanted);
        }
        if path == "ecs/DescribeInstances" && (base == "VpcId" || base == "VSwitchId") {
            let place = object.get("VpcAttributes").and_then(Value::as_object);
            return place.is_some_and(|place| is_wanted(text(place, base)));
        }
        match object.get(field) {
            Some(Value::String(found)) if base.ends_with("Name") && value.contains('*') => {
                is_like(found, value)
            }
            Some(Value::String(found)) => is_wanted(found),
            Some(Value::Number(found)) => is_wanted(&found.to_string()),
            Some(Value::Bool(found)) => value.eq_ignore_ascii_case(&found.to_string()),
            _ => true,
        }
    });
    named && has_tags(object, &parameters.tags())
}

/// True if a text is as a pattern with `*` for anything says.
fn is_like(found: &str, pattern: &str) -> bool {
    let mut rest = found;
    let parts: Vec<&str> = pattern.split('*').collect();
    let last = parts.len().saturating_sub(1);
    for (index, part) in parts.iter().enumerate() {
        let at = match index {
            0 => rest.starts_with(part).then_some(0),
            index if index == last => rest.ends_with(part).then(|| rest.len() - part.len()),
            _ => rest.find(part),
        };
        match at.and_then(|at| rest.get(at + part.len()..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

/// True if an object has every tag; a tag without a value asks for the key alone.
pub(crate) fn has_tags(object: &Object, wanted: &[(String, Option<String>)]) -> bool {
    let tags = tags_of(object);
    wanted.iter().all(|(key, value)| {
        tags.iter()
            .any(|(of, has)| of == key && value.as_ref().is_none_or(|value| value == has))
    })
}

/// An object's tags: some products say `TagKey`, others `Key`, some wrap the list.
pub(crate) fn tags_of(object: &Object) -> Vec<(String, String)> {
    let list = match object.get("Tags") {
        Some(Value::Array(list)) => list.as_slice(),
        Some(Value::Object(wrapped)) => wrapped
            .get("Tag")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default(),
        _ => &[],
    };
    let part = |tag: &Value, names: [&str; 2]| {
        let found = names.iter().find_map(|name| tag.get(name)?.as_str());
        found.unwrap_or_default().to_owned()
    };
    list.iter()
        .map(|tag| {
            (
                part(tag, ["TagKey", "Key"]),
                part(tag, ["TagValue", "Value"]),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::find;

    fn document(count: u64) -> Document {
        let item = |sequence| {
            let object = json!({"SecurityGroupId": format!("sg-{sequence}0000"), "VpcId": "vpc-1"});
            let object = object.as_object().cloned().unwrap_or_default();
            Item { sequence, object }
        };
        Document {
            items: (1..=count).map(item).collect(),
            ..Document::default()
        }
    }

    fn ask(document: &Document, query: &str) -> Object {
        let listing = find("ecs/DescribeSecurityGroups").unwrap();
        let parameters = Parameters::new(yumen_aliyun_protocol::encoding::parse_query(query));
        page(listing, Some(document), &parameters, 7, None).unwrap()
    }

    fn ids(answer: &Object) -> Vec<String> {
        let list = answer["SecurityGroups"]["SecurityGroup"]
            .as_array()
            .unwrap();
        list.iter()
            .map(|item| item["SecurityGroupId"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn tokens_walk_every_item_once_while_others_go() {
        let mut document = document(25);
        let first = ask(&document, "MaxResults=10");
        let token = first["NextToken"].as_str().unwrap().to_owned();
        document.items.remove(9);
        document.items.remove(0);
        let second = ask(&document, &format!("MaxResults=10&NextToken={token}"));
        assert_eq!(ids(&second).first().map(String::as_str), Some("sg-110000"));
        let token = second["NextToken"].as_str().unwrap();
        let third = ask(&document, &format!("MaxResults=10&NextToken={token}"));
        assert_eq!(ids(&third).len(), 5);
        assert_eq!(third["NextToken"], "");
        assert!(!first.contains_key("TotalCount"), "absent in token mode");
    }

    #[test]
    fn numbers_count_from_one_and_say_the_total() {
        let answer = ask(&document(25), "PageNumber=3&PageSize=10");
        assert_eq!(ids(&answer).len(), 5);
        assert_eq!(answer["TotalCount"], 25);
    }

    #[test]
    fn filters_are_named_after_fields() {
        let document = document(25);
        assert_eq!(ids(&ask(&document, "SecurityGroupId=sg-30000")).len(), 1);
        let two = ask(&document, "SecurityGroupIds=[\"sg-30000\",\"sg-40000\"]");
        assert_eq!(ids(&two).len(), 2);
        assert!(ids(&ask(&document, "VpcId=vpc-2")).is_empty());
    }

    #[test]
    fn patterns_match_as_the_vendor_says() {
        assert!(is_like("prod-web-1", "prod*1"));
        assert!(is_like("prod-web-1", "*web*"));
        assert!(!is_like("prod-web-1", "web*"));
    }
}
