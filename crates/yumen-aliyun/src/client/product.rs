//! The products: versions, endpoints, and what their rights are called.
//!
//! Endpoints follow the vendor's pattern `<product>.<region>.aliyuncs.com`; older regions share an
//! address, as the endpoint maps of the vendor's SDKs of 2026 say, and products that answer for all
//! regions have one.

/// A product of the vendor.
#[derive(Debug, PartialEq, Eq)]
pub struct Product {
    /// As the vendor's command line names it
    pub name: &'static str,
    /// Version of its API
    pub version: &'static str,
    /// What its rights begin with
    right: &'static str,
    pub(super) endpoint: Endpoint,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// `<this>.<region>.aliyuncs.com`, but for the regions that one address answers for
    Regional(&'static str, Shared),
    /// One address for all regions
    Central(&'static str),
    /// `<project>.<region>.log.aliyuncs.com`, with a signature of its own
    LogService,
}

/// An address, and the regions that it answers for.
pub(super) type Shared = (&'static str, &'static [&'static str]);

/// No region has a shared address.
const NONE: Shared = ("", &[]);

const fn regional(
    name: &'static str,
    version: &'static str,
    right: &'static str,
    shared: Shared,
) -> Product {
    Product {
        name,
        version,
        right,
        endpoint: Endpoint::Regional(name, shared),
    }
}

/// Elastic Compute Service: instances, interfaces, security groups
pub static ECS: Product = regional(
    "ecs",
    "2014-05-26",
    "ecs",
    ("ecs-cn-hangzhou.aliyuncs.com", &["cn-hangzhou"]),
);
/// Virtual Private Cloud
pub static VPC: Product = regional(
    "vpc",
    "2016-04-28",
    "vpc",
    ("vpc.aliyuncs.com", &["cn-hangzhou"]),
);
/// Classic Load Balancer
pub static SLB: Product = regional(
    "slb",
    "2014-05-15",
    "slb",
    (
        "slb.aliyuncs.com",
        &[
            "cn-qingdao",
            "cn-beijing",
            "cn-hangzhou",
            "cn-shanghai",
            "cn-shenzhen",
            "cn-hongkong",
            "ap-southeast-1",
            "us-east-1",
            "us-west-1",
        ],
    ),
);
/// Application Load Balancer
pub static ALB: Product = regional("alb", "2020-06-16", "alb", NONE);
/// Network Load Balancer
pub static NLB: Product = regional("nlb", "2022-04-30", "nlb", NONE);
/// Peering of VPCs
pub static VPC_PEER: Product = regional("vpcpeer", "2022-01-01", "vpc", NONE);
/// Cloud Enterprise Network
pub static CBN: Product = Product {
    name: "cbn",
    version: "2017-09-12",
    right: "cen",
    endpoint: Endpoint::Central("cbn.aliyuncs.com"),
};
/// Relational databases
pub static RDS: Product = regional(
    "rds",
    "2014-08-15",
    "rds",
    (
        "rds.aliyuncs.com",
        &[
            "cn-qingdao",
            "cn-beijing",
            "cn-hangzhou",
            "cn-shanghai",
            "cn-shenzhen",
            "cn-heyuan",
            "cn-hongkong",
            "ap-southeast-1",
            "us-east-1",
            "us-west-1",
        ],
    ),
);
/// Tair and Redis
pub static KVSTORE: Product = regional(
    "r-kvstore",
    "2015-01-01",
    "kvstore",
    ("r-kvstore.aliyuncs.com", &["cn-hangzhou"]),
);
/// PolarDB
pub static POLARDB: Product = regional(
    "polardb",
    "2017-08-01",
    "polardb",
    (
        "polardb.aliyuncs.com",
        &[
            "cn-qingdao",
            "cn-beijing",
            "cn-wulanchabu",
            "cn-hangzhou",
            "cn-shanghai",
            "cn-heyuan",
        ],
    ),
);
/// MongoDB
pub static DDS: Product = Product {
    name: "dds",
    version: "2015-12-01",
    right: "dds",
    endpoint: Endpoint::Regional(
        "mongodb",
        (
            "mongodb.aliyuncs.com",
            &[
                "cn-beijing",
                "cn-wulanchabu",
                "cn-hangzhou",
                "cn-shanghai",
                "cn-heyuan",
            ],
        ),
    ),
};
/// The log service
pub static SLS: Product = Product {
    name: "sls",
    version: "2020-12-30",
    right: "log",
    endpoint: Endpoint::LogService,
};
/// Records of calls
pub static ACTIONTRAIL: Product = regional("actiontrail", "2020-07-06", "actiontrail", NONE);
/// Who asks
pub static STS: Product = Product {
    name: "sts",
    version: "2015-04-01",
    right: "sts",
    endpoint: Endpoint::Central("sts.aliyuncs.com"),
};

impl Product {
    /// A right of the product, as policies write it: `ecs:DescribeInstances`.
    #[must_use]
    pub fn permission(&self, action: &str) -> String {
        format!("{}:{action}", self.right)
    }

    /// True if it is signed and addressed in the log service's own way.
    #[must_use]
    pub fn is_log_service(&self) -> bool {
        self.endpoint == Endpoint::LogService
    }
}
