// SPDX-License-Identifier: GPL-2.0-only
#include "sets.h"

#include <linux/string.h>

/*
 * Names cover Linux 6.1 to 7.2: one that a kernel does not have is listed in
 * the file "attached", and does no harm.  Left out is what is called several
 * times for a packet and does next to nothing, because hooking it would cost
 * more than it tells, and wrappers that add a level but no time of their own.
 */
const struct fgagg_set fgagg_sets[] = {
	{ "nic",
	  /* receive */
	  "net_rx_action __napi_poll napi_poll process_backlog "
	  "napi_gro_receive gro_receive_skb napi_gro_frags napi_gro_flush "
	  "dev_gro_receive gro_normal_list napi_complete_done "
	  "napi_schedule_prep __napi_schedule __napi_schedule_irqoff "
	  "netif_rx __netif_rx netif_rx_internal enqueue_to_backlog "
	  "netif_receive_skb netif_receive_skb_internal "
	  "netif_receive_skb_list_internal __netif_receive_skb "
	  "__netif_receive_skb_core __netif_receive_skb_one_core "
	  "__netif_receive_skb_list_core get_rps_cpu "
	  "sch_handle_ingress tcf_classify "
	  /* transmit */
	  "net_tx_action __dev_queue_xmit __dev_xmit_skb __dev_direct_xmit "
	  "netdev_pick_tx netdev_core_pick_tx sch_direct_xmit __qdisc_run "
	  "qdisc_run dequeue_skb validate_xmit_skb validate_xmit_skb_list "
	  "validate_xmit_xfrm dev_hard_start_xmit "
	  "__skb_gso_segment skb_gso_segment skb_mac_gso_segment "
	  "inet_gso_segment skb_udp_tunnel_segment udp4_ufo_fragment "
	  "tcp4_gso_segment tcp_gso_segment skb_segment skb_checksum_help "
	  "fq_codel_enqueue fq_codel_dequeue pfifo_fast_enqueue "
	  "pfifo_fast_dequeue pfifo_enqueue fq_enqueue fq_dequeue "
	  "htb_enqueue htb_dequeue tbf_enqueue tbf_dequeue "
	  /* completion */
	  "napi_consume_skb consume_skb __dev_kfree_skb_any "
	  "dev_kfree_skb_any_reason kfree_skb_reason sk_skb_reason_drop "
	  "__netif_schedule netif_tx_wake_queue" },
	{ "netfilter",
	  "nf_hook_slow nf_hook_slow_list nf_queue nf_reinject "
	  "nf_ip_route nf_ip6_route ip_route_me_harder "
	  "ipv4_conntrack_defrag nf_ct_ipv4_gather_frags "
	  "ipv4_conntrack_in ipv4_conntrack_local ipv6_conntrack_in "
	  "ipv6_conntrack_local nf_confirm ipv4_confirm ipv6_confirm "
	  "nf_conntrack_in resolve_normal_ct init_conntrack "
	  "__nf_conntrack_find_get nf_conntrack_find_get "
	  "__nf_conntrack_alloc nf_conntrack_alloc nf_conntrack_free "
	  "nf_conntrack_handle_packet nf_conntrack_tcp_packet "
	  "nf_conntrack_udp_packet nf_conntrack_icmp_packet "
	  "__nf_conntrack_confirm nf_conntrack_double_lock "
	  "nf_conntrack_destroy nf_ct_destroy nf_ct_delete gc_worker "
	  "nf_nat_ipv4_fn nf_nat_ipv4_pre_routing nf_nat_ipv4_local_in "
	  "nf_nat_ipv4_out nf_nat_ipv4_local_fn nf_nat_inet_fn "
	  "nf_nat_packet nf_nat_setup_info __nf_nat_alloc_null_binding "
	  "nf_nat_alloc_null_binding get_unique_tuple nf_nat_manip_pkt "
	  "nf_nat_ipv4_manip_pkt nf_nat_masquerade_ipv4 "
	  "nft_nat_do_chain nft_do_chain nft_do_chain_ipv4 "
	  "nft_do_chain_ipv6 nft_do_chain_inet nft_do_chain_netdev "
	  "nft_do_chain_arp nft_do_chain_bridge nft_nat_eval "
	  "nft_masq_ipv4_eval nft_flow_offload_eval nft_ct_get_eval "
	  "nft_lookup_eval nft_compat_eval nft_match_eval "
	  "nft_target_eval_xt "
	  "ipt_do_table ip6t_do_table iptable_nat_do_chain "
	  "iptable_mangle_hook iptable_filter_hook iptable_raw_hook "
	  "iptable_security_hook "
	  "nf_flow_offload_ip_hook nf_flow_offload_ipv6_hook "
	  "nf_flow_offload_inet_hook nf_flow_xmit_xfrm nf_flow_queue_xmit "
	  "flow_offload_lookup flow_offload_add flow_offload_refresh "
	  "flow_offload_alloc nf_flow_offload_work_gc" },
	{ "xfrm",
	  "xfrm_lookup xfrm_lookup_route xfrm_lookup_with_ifid "
	  "__xfrm_policy_check __xfrm_route_forward __xfrm_decode_session "
	  "xfrm_policy_lookup_bytype xfrm_tmpl_resolve xfrm_state_find "
	  "xfrm_resolve_and_create_bundle xfrm_bundle_create "
	  "xfrm_output xfrm_output2 xfrm_output_resume xfrm_output_one "
	  "xfrm_dev_resume xfrm_input xfrm_input_resume xfrm_trans_queue "
	  "xfrm_trans_reinject xfrm_state_lookup __xfrm_state_lookup "
	  "xfrm_replay_advance xfrm_replay_check xfrm_replay_overflow "
	  "xfrm_inner_extract_output xfrm4_output __xfrm4_output "
	  "xfrm4_rcv xfrm4_rcv_encap xfrm4_rcv_encap_finish "
	  "xfrm4_rcv_encap_finish2 xfrm4_transport_finish "
	  "xfrm4_udp_encap_rcv xfrm6_output __xfrm6_output xfrm6_rcv "
	  "xfrm6_rcv_spi xfrm4_esp_rcv xfrm4_ah_rcv "
	  "esp_output esp_output_head esp_output_tail esp_output_done "
	  "esp_input esp_input_done esp_input_done2 esp6_output "
	  "esp6_output_head esp6_output_tail esp6_output_done "
	  "esp6_input esp6_input_done2 esp_xmit esp6_xmit esp4_gso_segment "
	  "esp4_gro_receive espintcp_push_skb espintcp_sendmsg "
	  "espintcp_rcv espintcp_recvmsg validate_xmit_xfrm" },
	{ FGAGG_SET_DRIVER, "" },
	{ "stack",
	  /* send */
	  "udp_sendmsg udpv6_sendmsg udp_send_skb udp_push_pending_frames "
	  "ip_make_skb ip_append_data __ip_append_data __ip_make_skb "
	  "ip_send_skb ip_local_out __ip_local_out ip_output ip_mc_output "
	  "ip_finish_output __ip_finish_output ip_finish_output2 "
	  "ip_finish_output_gso ip_fragment ip_do_fragment ip_frag_next "
	  "ip_route_output_flow ip_route_output_key_hash_rcu "
	  "tcp_sendmsg tcp_sendmsg_locked tcp_write_xmit "
	  "__tcp_transmit_skb __ip_queue_xmit tcp_send_ack "
	  "__neigh_update neigh_resolve_output raw_sendmsg "
	  "udp_tunnel_xmit_skb iptunnel_xmit ip_tunnel_xmit "
	  /* receive */
	  "ip_rcv ip_rcv_core ip_rcv_finish ip_rcv_finish_core "
	  "ip_route_input_noref ip_route_input_slow ip_local_deliver "
	  "ip_local_deliver_finish ip_protocol_deliver_rcu ip_forward "
	  "ip_forward_finish ip_defrag udp_rcv __udp4_lib_rcv "
	  "udp_unicast_rcv_skb udp_queue_rcv_skb udp_queue_rcv_one_skb "
	  "__udp_enqueue_schedule_skb udp_recvmsg "
	  "tcp_v4_rcv tcp_v4_do_rcv tcp_rcv_established tcp_data_queue "
	  "tcp_ack tcp_clean_rtx_queue tcp_recvmsg tcp_recvmsg_locked "
	  "icmp_rcv icmp_echo arp_rcv arp_process sock_def_readable" },
	{ }
};

/**
 * fgagg_set_find - find a set
 * @name: its name, without the @
 *
 * Return: the set, or NULL.
 */
const struct fgagg_set *fgagg_set_find(const char *name)
{
	const struct fgagg_set *set;

	for (set = fgagg_sets; set->name; set++)
		if (!strcmp(set->name, name))
			return set;
	return NULL;
}
