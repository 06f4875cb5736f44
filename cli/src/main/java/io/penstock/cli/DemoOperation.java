package io.penstock.cli;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;

final class DemoOperation {
    DemoOperation(DemoRequest request, Terminal terminal) {}

    int run() {
        throw new PenstockException(Category.FAILED, "not built yet");
    }
}
