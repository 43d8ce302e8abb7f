//! Room of yumen-aliyun.
