//! The vendor's error answers: status, code, message, in its words.

use serde_json::{Value, json};

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

/// What an action answers: the fields of its response without `RequestId`, or a refusal.
pub(crate) type Outcome = Result<Value, Refusal>;

impl Refusal {
    pub(crate) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
        }
    }

    /// A resource that is not there.
    pub(crate) fn not_found(parameter: &str) -> Self {
        Self::new(
            404,
            format!("Invalid{parameter}.NotFound"),
            format!("The specified {parameter} does not exist."),
        )
    }

    /// A value in the wrong form.
    pub(crate) fn malformed(parameter: &str) -> Self {
        Self::new(
            400,
            format!("Invalid{parameter}.Malformed"),
            format!("The specified parameter \"{parameter}\" is not valid."),
        )
    }

    /// A value that is well-formed and not allowed.
    pub(crate) fn unsupported_value(parameter: &str) -> Self {
        Self::new(
            400,
            format!("Invalid{parameter}.ValueNotSupported"),
            format!("The parameter {parameter} is invalid."),
        )
    }

    /// A parameter without which nothing can be done.
    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(
            400,
            format!("Missing{parameter}"),
            format!("{parameter} is mandatory for this action."),
        )
    }

    /// Something else still needs the resource.
    pub(crate) fn in_use(detail: &str) -> Self {
        Self::new(400, "DependencyViolation", detail)
    }

    /// All that a dry run can say where nothing is wrong.
    pub(crate) fn dry_run() -> Self {
        Self::new(
            400,
            "DryRunOperation",
            "Request validation has been passed with DryRun flag set.",
        )
    }

    /// The body of the answer.
    pub(crate) fn body(&self, request_id: &str, host: &str) -> Value {
        json!({
            "Code": self.code,
            "HostId": host,
            "Message": self.message,
            "Recommend": format!(
                "https://api.aliyun.com/troubleshoot?q={}&requestId={request_id}",
                self.code
            ),
            "RequestId": request_id,
        })
    }

    /// The body as the log service writes it.
    pub(crate) fn log_service_body(&self) -> Value {
        json!({"errorCode": self.code, "errorMessage": self.message})
    }
}
