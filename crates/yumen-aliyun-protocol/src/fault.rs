//! What an error response means, by who is at fault and what helps.

/// What an error response means to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Too many requests: wait, then ask again
    Throttled,
    /// The service failed: asking again may help, and it may have acted
    Unavailable,
    /// The access key or token is not accepted
    Credentials,
    /// The clocks are too far apart
    Clock,
    /// The nonce was seen before: sign anew and ask again
    Replayed,
    /// The right to call the action is missing
    Forbidden,
    /// What was named does not exist
    Missing,
    /// The product or action does not exist here
    Unsupported,
    /// Another operation on the same resource is under way: ask again later
    Busy,
    /// The request itself is refused
    Refused,
}

impl Fault {
    /// Reads the meaning from the status and the `Code` of an error body (empty without one).
    #[must_use]
    pub fn of(status: u16, code: &str) -> Self {
        let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| code.starts_with(prefix));
        if status == 429 || code.contains("Throttling") || code == "ServiceUnavailable.Throttled" {
            Self::Throttled
        } else if begins(&["InvalidTimeStamp", "IllegalTimestamp"]) {
            Self::Clock
        } else if begins(&["SignatureNonceUsed"]) {
            Self::Replayed
        } else if begins(&[
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "InvalidSecurityToken",
            "MissingSecurityToken",
            "InvalidSts",
            "SignatureNotMatch",
        ]) {
            Self::Credentials
        } else if matches!(status, 401 | 403)
            && (code.is_empty() || begins(&["Forbidden", "AccessDenied"]))
            || code == "Forbidden"
            || begins(&["Forbidden.RAM", "NoPermission", "Forbidden.Unauthorized"])
            || begins(&["NotAuthorized", "UnauthorizedOperation", "Unauthorized"])
        {
            Self::Forbidden
        } else if begins(&[
            "IncorrectStatus",
            "OperationConflict",
            "OperationDenied.Status",
        ]) || code.ends_with(".IncorrectStatus")
            || code.contains("TaskConflict")
            || code == "IncorrectInstanceStatus"
            || code == "LastTokenProcessing"
        {
            Self::Busy
        } else if begins(&[
            "InvalidApi",
            "InvalidAction",
            "InvalidVersion",
            "UnsupportedOperation",
            "InvalidRegionId",
            "UnsupportedRegion",
            "InvalidProduct",
            "InvalidOperation.NotSupportedEndpoint",
        ]) {
            Self::Unsupported
        } else if status >= 500 || begins(&["ServiceUnavailable", "InternalError"]) {
            Self::Unavailable
        } else if code.contains("NotFound") || code.contains("NotExist") {
            Self::Missing
        } else {
            Self::Refused
        }
    }

    /// True if the same request, signed anew, may fare better.
    #[must_use]
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::Unavailable | Self::Replayed | Self::Busy
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_the_vendor_says() {
        for (status, code, fault) in [
            (400, "Throttling", Fault::Throttled),
            (400, "Throttling.User", Fault::Throttled),
            (503, "ServiceUnavailable.Throttling", Fault::Throttled),
            (429, "", Fault::Throttled),
            (503, "ServiceUnavailable", Fault::Unavailable),
            (500, "InternalError", Fault::Unavailable),
            (502, "", Fault::Unavailable),
            (400, "SignatureDoesNotMatch", Fault::Credentials),
            (404, "InvalidAccessKeyId.NotFound", Fault::Credentials),
            (400, "InvalidSecurityToken.Expired", Fault::Credentials),
            (400, "InvalidTimeStamp.Expired", Fault::Clock),
            (400, "SignatureNonceUsed", Fault::Replayed),
            (403, "Forbidden.RAM", Fault::Forbidden),
            (403, "NoPermission", Fault::Forbidden),
            (403, "ForbiddenUser", Fault::Forbidden),
            (403, "AccessDenied", Fault::Forbidden),
            (400, "Forbidden.DestnationIpOutOfVpcCIDR", Fault::Refused),
            (404, "InvalidSecurityGroupId.NotFound", Fault::Missing),
            (404, "InvalidApi.NotFound", Fault::Unsupported),
            (404, "InvalidRegionId.NotFound", Fault::Unsupported),
            (400, "OperationConflict", Fault::Busy),
            (400, "InvalidPriority.ValueNotSupported", Fault::Refused),
            (403, "AuthorizationLimitExceed", Fault::Refused),
        ] {
            assert_eq!(Fault::of(status, code), fault, "{status} {code}");
        }
    }
}
