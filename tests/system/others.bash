# Shared by the bats files in which programs of others are beside the tap in a dispatcher that is made
# up, since few kernels allow a real one.
# shellcheck shell=bash disable=SC2154

# dispatcher NAME...: programs of others.bpf.o beside the tap's own, as libxdp pins them. No kernel
# has to know that the tap's program is not really a dispatcher.
dispatcher()
{
	local dir n=1
	dir=$bpffs/xdp/dispatch-$(ip -j link show tap0 | jq '.[0].ifindex')-$own
	mkdir -p "$dir"
	rm -f "$dir"/*
	[ -d $bpffs/others ] || bpftool prog loadall "$build/tests/guest/others.bpf.o" $bpffs/others type xdp
	bpftool prog pin id "$own" "$dir/prog0-prog"
	for name; do
		bpftool prog pin pinned "$bpffs/others/$name" "$dir/prog$((n++))-prog"
	done
}
id_of() { bpftool -j prog show pinned "$bpffs/others/$1" | jq .id; }
