package io.evident.event.wire;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;

/** How a refusal's reason is read from a frame. Stateless. */
final class RefusalCode {
    private RefusalCode() {}

    /**
     * The refusal of a frame. A reason that only a newer server has becomes the known one that asks the same of the
     * sender, by its status: to wait, or to change something; the detail then names the code.
     */
    static Refusal refusal(int code, int status, String field, String detail) {
        RefusalReason reason = RefusalReason.ofCode(code);
        if (reason != null) {
            return new Refusal(reason, field, detail);
        }
        return new Refusal(ofStatus(status), field, "(reason " + code + ", status " + status + ") " + detail);
    }

    private static RefusalReason ofStatus(int status) {
        for (RefusalReason reason : RefusalReason.values()) {
            if (reason.status() == status) {
                return reason;
            }
        }
        return status >= 500 ? RefusalReason.UNAVAILABLE : RefusalReason.INVALID_VALUE;
    }
}
