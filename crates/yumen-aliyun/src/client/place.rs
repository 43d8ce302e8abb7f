//! Where a call goes: to the endpoint of its product, or to the one that takes all calls.

use super::call::Call;
use super::product::Endpoint;

/// Where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Scheme and authority of the address that is connected to
    pub(crate) origin: String,
    /// The host that is named in the request
    pub(crate) host: String,
}

impl Place {
    /// Where a call goes: to its product's endpoint, or to the one that takes all calls.
    pub(crate) fn of(call: &Call, endpoint: Option<&str>) -> Self {
        let region = &call.region;
        let own = match call.product.endpoint {
            Endpoint::Regional(name) => format!("{name}.{region}.aliyuncs.com"),
            Endpoint::Central(host) => host.to_owned(),
            Endpoint::LogService => {
                let project = call.parameter("Project").unwrap_or_default();
                format!("{project}.{region}.log.aliyuncs.com")
            }
        };
        match endpoint {
            None => Self {
                origin: format!("https://{own}"),
                host: own,
            },
            Some(endpoint) => {
                let (_, authority) = endpoint.split_once("://").unwrap_or(("", endpoint));
                let host = if call.product.is_log_service() {
                    own
                } else {
                    authority.to_owned()
                };
                Self {
                    origin: endpoint.to_owned(),
                    host,
                }
            }
        }
    }
}
