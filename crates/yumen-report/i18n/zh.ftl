# 结论、范围与规则命运
verdict-open = 敞开
verdict-latent = 潜在
verdict-unknown = 未知
verdict-closed = 关闭
breadth-world = 全网
breadth-broad = 大范围
breadth-named = 指定网段
fate-effective = 有效
fate-shadowed = 被遮蔽
fate-redundant = 冗余
fate-contradicted = 被否决
fate-dangling = 悬空
fate-unattached = 未绑定
fate-unknown = 未知

# 审计
audit-title = 玉门审计 · { $regions } · 截至 { $time }
audit-time-unknown = 时间未知
audit-not-looked-at = 未检查：{ $what }
listings-lists = 前缀列表与端口列表
listings-networks = 专有网络、交换机、网络 ACL 与路由
listings-public = 弹性公网 IP、NAT 网关与 IPv6 公网带宽
listings-balancers = 负载均衡
listings-connections = 与其他网络的连接
audit-databases = 云数据库（已列出 { $count } 个）
audit-other-products = 其他云产品
audit-gap-count = 有 { $count } 处未能读取，受其影响的结论记为“未知”
audit-headline = { $every ->
    [0] 互联网可访问 { $instances } 台实例中的 { $open } 台，涉及 { $ports } 个端口。
   *[other] 互联网可访问 { $instances } 台实例中的 { $open } 台，涉及 { $ports } 个端口；其中 { $every } 台全部端口敞开。
}
audit-headline-none = 互联网无法访问 { $instances } 台实例中的任何一台。
audit-headline-more = 另有 { $latent } 台潜在暴露：规则已放行，目前没有公网入口。另有 { $unknown } 台未知。
audit-causes = 暴露原因（由重到轻）
audit-web = 仅敞开 80 与 443 端口
audit-named = 仅对指定网段敞开
audit-ordinary = 另有常规开放：{ $web } 块网卡仅敞开 80 与 443 端口，{ $named } 块仅对指定网段敞开。
audit-latent = 潜在：规则已放行，目前没有公网入口
audit-unknown = 未知：未读取的内容可能使其敞开
audit-unread-cause = 未读取
audit-more-causes = … 另有 { $count } 项，加 --all 查看
audit-more-gaps = … 另有 { $count } 处，加 --all 查看
audit-rules = 规则
audit-fates = 共 { $rules } 条规则：有效 { $effective } 条，被遮蔽 { $shadowed } 条，冗余 { $redundant } 条，被否决 { $contradicted } 条，悬空 { $dangling } 条，所在安全组未绑定 { $unattached } 条。
audit-stale = { $count } 个安全组已 90 天未变更。
audit-by = 由 { $by } 决定
audit-gaps = 未读取项

# 服务与证据报文
service-all = 全部端口、全部协议
service-every-port = { $protocol } 全部端口
service-other = 其他协议
witness = 证据报文 { $protocol } { $source } → { $target }
witness-dnat = 证据报文 { $protocol } { $source } → { $target }（DNAT）
witness-listener = 证据报文 { $protocol } { $source } → { $target }（监听）

# 路径与决定者
hop-line = { $at }：{ $what } — { $by }
hop-passes = 放行
hop-stops = 拦截
hop-no-edge = 公网入口
hop-eip = 弹性公网 IP { $id } { $address }
hop-public-address = 公网地址 { $address }
hop-ipv6 = IPv6 公网带宽
hop-dnat = DNAT { $gateway } { $id }
hop-listener = 负载均衡 { $balancer } { $id }
hop-routes = 网络连接 { $id }
hop-source-groups = { $id } 的安全组（出方向）
hop-source-acl = 网络 ACL { $id }（出方向）
hop-destination-acl = 网络 ACL { $id }（入方向）
hop-destination-groups = { $id } 的安全组（入方向）
decider-rule = { $group } 的规则 { $rule }，{ $place }
decider-inner-access = { $group } 组内互通
decider-default = 默认规则（不可见）
decider-default-in = 没有规则匹配，入方向默认拒绝
decider-default-out = 没有规则匹配，出方向默认放行
decider-default-out-advanced = 没有规则匹配，企业级安全组出方向默认拒绝
decider-acl-entry = { $acl } 的条目 { $entry }，{ $place }
decider-acl-default = { $acl } 没有条目匹配
decider-bound = 已绑定并在用
decider-no-acl = 未绑定网络 ACL
decider-same-vswitch = 同一交换机内，不过滤
decider-platform-address = 平台地址，不过滤
decider-cut-through = 弹性公网 IP 为直通模式，不过滤
decider-balancer-assumed = 由负载均衡转发，假定放行
decider-unread = { $what }未读取
decider-no-path = 源地址没有到达该网卡的路径
decider-inactive = { $id } 目前不承载流量
decider-listener-access = 监听 { $listener } 的访问控制
decider-route = { $vpc } 的路由
control-group-rules = 安全组 { $id } 的规则
control-rule = 规则 { $id }
control-network-acl = 网络 ACL { $id }
control-access-list = 访问控制策略组 { $id }
control-listener = 监听 { $id } 的访问控制
control-routes = { $id } 的路由
control-listing = { $region } 的{ $what }

# 差异
diff-none = 没有差异：两份快照放行的报文完全相同。
diff-headline = { $interfaces } 块网卡有差异。对互联网：{ $opened } 块有新增敞开，{ $closed } 块有收敛。
diff-internet-opened = 对互联网新增敞开
diff-internet-closed = 对互联网收敛
diff-ingress-opened = 规则新放行（入）
diff-ingress-closed = 规则新拦截（入）
diff-egress-opened = 规则新放行（出）
diff-egress-closed = 规则新拦截（出）

# 报告
report-score = 得分 { $score } / 100 · { $band } · 截断前 { $unclamped }{ $trend }
report-score-before = { " " }· { $time } 时为 { $score }
report-verdicts = 47 个基线项中：不通过 { $fail }、潜在 { $latent }、未知 { $unknown }、未评估 { $unassessed }、通过 { $pass }。{ $checks } 项检查的通过率为 { $rate }。
report-waived = 已豁免 { $count } 个问题；不计豁免时得分为 { $score }。
report-expired = { $place }：{ $owner } 的豁免已于 { $until } 到期，不再生效。
report-new = { $count ->
    [0] 与基准报告相比没有新问题。
   *[other] 与基准报告相比新增 { $count } 个问题。
}
report-no-settings = 未找到 yumen.toml，不知道角色、环境和可信网段：可用 `yumen init` 生成初稿。
report-items = 基线项，按扣分排序
report-more-items = …… 另有 { $count } 项：加 --all 查看
report-intents = 未成立的自定义规则
report-intent = { $rule }  （{ $count } 处，{ $place }）
band-danger = 危险
band-risk = 有风险
band-fair = 尚可
band-good = 良好
severity-critical = 严重
severity-high = 高
severity-medium = 中
severity-low = 低
status-open = 敞开
status-unknown = 未知
status-latent = 潜在
item-pass = 通过
item-nothing = 无可检查
item-not-assessed = 未评估
item-latent = 潜在
item-unknown = 未知
item-fail = 不通过

# 修复
fixes-headline = { $fixes } 项修复，共 { $edits } 步操作，针对 { $findings } 个问题；均已在快照上推演：不新开任何报文，只关闭所列内容
fixes-by-hand = 需手工处理
fixes-closes = 关闭 { $what }
fixes-also = 同时关闭无人能发送的报文
step-add-rule = + { $group }：{ $rule }
step-remove-rule = − { $group }：{ $rule }（{ $id }）
step-replace-rule = ~ { $group }：{ $rule }（{ $id }）
step-inner-drop = ~ { $group }：成员之间只按规则互通
step-inner-accept = ~ { $group }：成员之间不受规则约束互通
step-remove-forward = − { $gateway }：DNAT 条目 { $entry }
step-add-forward = + { $gateway }：DNAT { $external } → { $internal } 端口 { $ports }
step-unbind = − 解绑 EIP { $eip }
step-token = ~ { $name }：元数据服务要求令牌
step-flow-log = + { $resource } 的流日志
step-tags = ~ { $resource }：{ $tags }
step-join = + { $interface } 加入 { $group }
step-leave = − { $interface } 离开 { $group }
step-acl = ~ 网络 ACL { $acl }
step-list = ~ 前缀列表 { $list }
step-snat = ~ { $gateway } 的 SNAT 条目
step-listener = ~ { $balancer } { $listener }：谁可以连接
