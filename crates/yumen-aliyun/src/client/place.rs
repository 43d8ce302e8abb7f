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
            Endpoint::Regional(_, (shared, regions)) if regions.contains(&region.as_str()) => {
                shared.to_owned()
            }
            Endpoint::Regional(name, _) => format!("{name}.{region}.aliyuncs.com"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::product::{CBN, ECS, RDS, SLS};

    #[test]
    fn calls_go_where_the_vendors_sdks_send_them() {
        let host = |product, region| Place::of(&Call::new(product, "X", region), None).host;
        assert_eq!(host(&ECS, "cn-hangzhou"), "ecs-cn-hangzhou.aliyuncs.com");
        assert_eq!(host(&ECS, "eu-central-1"), "ecs.eu-central-1.aliyuncs.com");
        assert_eq!(host(&RDS, "cn-beijing"), "rds.aliyuncs.com");
        assert_eq!(host(&RDS, "eu-central-1"), "rds.eu-central-1.aliyuncs.com");
        assert_eq!(host(&CBN, "cn-beijing"), "cbn.aliyuncs.com");
        let store = Call::new(&SLS, "GetLogStore", "cn-beijing").with("Project", "p");
        let place = Place::of(&store, Some("http://127.0.0.1:1"));
        assert_eq!(place.host, "p.cn-beijing.log.aliyuncs.com");
        assert_eq!(place.origin, "http://127.0.0.1:1");
    }
}
