package dev.tendril.formats.tensorflow;

import dev.tendril.core.Tensor;
import dev.tendril.formats.tensorflow.proto.FunctionDef;
import dev.tendril.formats.tensorflow.proto.NodeDef;
import dev.tendril.formats.tensorflow.proto.TensorInfo;
import java.util.List;
import java.util.Map;

/// A graph in the words of TensorFlow, whatever it is encoded as.
///
/// @param constants the values of nodes whose data are elsewhere, by the name of the node
/// @param inputs by the name under which they are given
/// @param outputs by name, likewise
/// @param functions graphs that nodes call, by name
record TfGraph(
    List<NodeDef> nodes,
    Map<String, Tensor> constants,
    Map<String, TensorInfo> inputs,
    Map<String, TensorInfo> outputs,
    Map<String, FunctionDef> functions) {}
