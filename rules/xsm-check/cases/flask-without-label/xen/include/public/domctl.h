#define XEN_DOMCTL_createdomain          1
#define XEN_DOMCTL_pausedomain           3
#define XEN_DOMCTL_vuart_op             81
#define XEN_DOMCTL_pin_mem_cacheattr    41
