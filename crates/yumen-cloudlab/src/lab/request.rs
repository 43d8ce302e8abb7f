//! An HTTP request, and the API call that it makes.

use std::collections::BTreeMap;

use yumen_aliyun_protocol::encoding::{parse_query, percent_decode};

use super::fail::Refusal;
use super::parameters::Parameters;

/// An HTTP request as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// `GET`, `POST` …
    pub method: String,
    /// Path and query, encoded
    pub target: String,
    /// Header names in lower case, and values
    pub headers: Vec<(String, String)>,
    /// The body
    pub body: Vec<u8>,
    /// Address of the other side
    pub peer: String,
}

/// The products that are served: version, name on the vendor's command line, name of the service
/// in endpoints and events.
const PRODUCTS: [(&str, &str, &str); 13] = [
    ("2014-05-26", "ecs", "Ecs"),
    ("2016-04-28", "vpc", "Vpc"),
    ("2014-05-15", "slb", "Slb"),
    ("2020-06-16", "alb", "Alb"),
    ("2022-04-30", "nlb", "Nlb"),
    ("2022-01-01", "vpcpeer", "VpcPeer"),
    ("2017-09-12", "cbn", "Cbn"),
    ("2014-08-15", "rds", "Rds"),
    ("2015-01-01", "r-kvstore", "R-kvstore"),
    ("2017-08-01", "polardb", "polardb"),
    ("2015-12-01", "dds", "Dds"),
    ("2020-07-06", "actiontrail", "Actiontrail"),
    ("2015-04-01", "sts", "Sts"),
];

/// Products that answer for all regions at once.
const GLOBAL: [&str; 3] = ["cbn", "sts", "actiontrail"];

/// Where the log service shows a log store.
const LOG_STORES: &str = "/logstores/";

/// Levels of a parameter's name, `A.1.B.1`: deeper than the vendor's deepest.
const DEEPEST: usize = 12;

/// A call of the API.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) product: &'static str,
    pub(crate) service: &'static str,
    pub(crate) version: String,
    pub(crate) action: String,
    pub(crate) parameters: Parameters,
    /// As named by parameter or endpoint; empty where neither does
    pub(crate) region: String,
}

/// True if a product answers for all regions at once.
pub(crate) fn is_global(product: &str) -> bool {
    GLOBAL.contains(&product)
}

impl Incoming {
    /// A header by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(of, _)| of == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// True if it claims a signature of version 3, which stands in a header.
    pub(crate) fn is_signed_by_header(&self) -> bool {
        let header = self.header("authorization").unwrap_or_default();
        header.starts_with("ACS3-")
    }

    /// True if it is for the log service, which has a form of its own.
    pub(crate) fn is_log_service(&self) -> bool {
        self.path().starts_with(LOG_STORES)
    }

    /// The pairs of the query, decoded.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map(|(_, query)| query);
        parse_query(query.unwrap_or_default())
    }

    /// The pairs of a form in the body, decoded.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        let is_form = self
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if is_form {
            parse_query(&String::from_utf8_lossy(&self.body))
        } else {
            Vec::new()
        }
    }

    /// The call that the request makes.
    pub(crate) fn call(&self) -> Result<Call, Refusal> {
        if let Some(name) = self.path().strip_prefix(LOG_STORES) {
            return Ok(self.log_store(&percent_decode(name)));
        }
        if self.path() != "/" {
            return Err(super::unknown_action());
        }
        let mut pairs: BTreeMap<String, String> = self.form().into_iter().collect();
        pairs.extend(self.query());
        // What is not signed must not say what is done: version 3 signs the headers, the older
        // signature the parameters.
        let named = |header: &str, parameter: &str| {
            if self.is_signed_by_header() {
                self.header(header).map(str::to_owned)
            } else {
                pairs.get(parameter).cloned()
            }
        };
        if pairs.keys().any(|name| name.matches('.').count() > DEEPEST) {
            return Err(Refusal::new(
                400,
                "InvalidParameter",
                "A parameter's name has too many levels.",
            ));
        }
        let action = named("x-acs-action", "Action").ok_or_else(|| Refusal::missing("Action"))?;
        let version =
            named("x-acs-version", "Version").ok_or_else(|| Refusal::missing("Version"))?;
        let Some((_, product, service)) = PRODUCTS.iter().find(|(of, _, _)| *of == version) else {
            return Err(Refusal::new(
                400,
                "InvalidVersion",
                "Specified parameter Version is not valid.",
            ));
        };
        let is_protocol = |name: &str| {
            name.starts_with("Signature")
                || matches!(
                    name,
                    "Action" | "Version" | "Format" | "Timestamp" | "AccessKeyId" | "SecurityToken"
                )
        };
        let parameters = Parameters::new(pairs.into_iter().filter(|(name, _)| !is_protocol(name)));
        let region = match parameters.get("RegionId") {
            _ if is_global(product) => String::new(),
            Some(region) => region.to_owned(),
            None => self.region_of_host().to_owned(),
        };
        Ok(Call {
            product,
            service,
            version,
            action,
            parameters,
            region,
        })
    }

    /// Reading a log store: `GET /logstores/<name>` at `<project>.<region>.log.aliyuncs.com`.
    fn log_store(&self, name: &str) -> Call {
        let host = self.header("host").unwrap_or_default();
        let project = host.split('.').next().unwrap_or_default();
        let pairs = [("Project", project), ("LogStoreName", name)];
        let owned = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Call {
            product: "sls",
            service: "Sls",
            version: "2020-12-30".to_owned(),
            action: "GetLogStore".to_owned(),
            parameters: Parameters::new(owned),
            region: self.region_of_host().to_owned(),
        }
    }

    /// The region that an endpoint's name holds: `ecs.cn-hangzhou.aliyuncs.com`.
    fn region_of_host(&self) -> &str {
        let host = self.header("host").unwrap_or_default();
        let mut labels = host.split('.');
        let is_region = |label: &&str| {
            let mut parts = label.split('-');
            parts.next().is_some_and(|first| first.len() == 2)
                && parts.next().is_some_and(|second| second.len() > 2)
        };
        labels.find(is_region).unwrap_or_default()
    }
}

impl Call {
    /// Product and action as in the path of a snapshot's file.
    pub(crate) fn path(&self) -> String {
        format!("{}/{}", self.product, self.action)
    }

    /// What the call asks for, without what differs each time it is sent.
    pub(crate) fn essence(&self) -> String {
        let mut essence = format!("{}/{}/{}", self.region, self.product, self.action);
        for (name, value) in self.parameters.iter() {
            if name != "ClientToken" {
                essence.push_str(&format!("&{name}={value}"));
            }
        }
        essence
    }

    pub(crate) fn is_global(&self) -> bool {
        is_global(self.product)
    }
}
